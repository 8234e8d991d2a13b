import { threadCpuUsage } from 'node:process';
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

/** How long nothing else ran in this thread; the first look at it ends the watch. */
export interface Stops {
  longestMs(): number;
  /** So long and no longer in 99 of 100 moments. */
  p99Ms(): number;
}

/**
 * Looks every few milliseconds how long nothing else ran. Counted is what this thread worked
 * meanwhile: on a machine with other work it also waits for its turn, and other threads hold up none of its events.
 */
export function watchStops(stepMs = STEP_MS): Stops {
  const stops: number[] = [];
  let last = { at: performance.now(), cpu: cpuMs() };
  const look = () => {
    const next = { at: performance.now(), cpu: cpuMs() };
    stops.push(Math.min(next.at - last.at, next.cpu - last.cpu));
    last = next;
  };
  const timer = setInterval(look, stepMs);
  const sorted = () => {
    clearInterval(timer);
    look();
    return stops.toSorted((a, b) => a - b);
  };
  return {
    longestMs: () => sorted().at(-1) ?? 0,
    p99Ms() {
      const all = sorted();
      return all[Math.floor(all.length * 0.99)] ?? 0;
    },
  };
}

/** Processor time that this thread took so far, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = threadCpuUsage();
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
