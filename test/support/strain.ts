import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a run cost this process. */
export interface Strain {
  /** Longest time in which it did nothing but one thing, in milliseconds. */
  longestStopMs: number;
  /** What it left in memory, in megabytes. */
  keptMb: number;
  /** Rejections that nobody caught; each would end the program. */
  uncaught: unknown[];
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const STEP_MS = 5;

/** What this process holds in memory when all else is collected, in megabytes. */
export const heldMb = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
};

/** Runs the work and gives what it cost. */
export async function strainOf(work: () => Promise<void>): Promise<Strain> {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('unhandledRejection', note);
  const before = heldMb();
  const stops = watchStops();
  try {
    await work();
  } finally {
    process.off('unhandledRejection', note);
  }
  return { longestStopMs: stops.longestMs(), keptMb: heldMb() - before, uncaught };
}

/**
 * Looks every few milliseconds how long nothing else ran. Counted is what this process worked
 * meanwhile: on a machine with other work it also waits for its turn.
 */
export function watchStops(): { longestMs(): number } {
  let longest = 0;
  let last = { at: performance.now(), cpu: cpuMs() };
  const look = () => {
    const next = { at: performance.now(), cpu: cpuMs() };
    longest = Math.max(longest, Math.min(next.at - last.at, next.cpu - last.cpu));
    last = next;
  };
  const timer = setInterval(look, STEP_MS);
  return {
    longestMs() {
      clearInterval(timer);
      look();
      return longest;
    },
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The figures of a run as a line for people. */
export const strainLine = (what: string, tried: number, strain: Strain, more = ''): string =>
  `${what}: ${tried} tried, longest stop ${Math.round(strain.longestStopMs)} ms, ` +
  `${strain.keptMb.toFixed(1)} MB kept, ${strain.uncaught.length} uncaught${more}\n`;

/** How often each answer came: `200: 5, 404: 1`. */
export function tally(answers: readonly unknown[]): string {
  const counts = Map.groupBy(answers, String);
  return [...counts].map(([answer, all]) => `${answer}: ${all.length}`).join(', ');
}
