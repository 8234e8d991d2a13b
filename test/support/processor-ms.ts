import { threadCpuUsage } from 'node:process';

const TRIES = 3;

/**
 * Milliseconds of the processor that this thread takes for each of some works, the best of some tries, however busy the
 * machine is with other things. They take turns: a machine that is slow for a while is so for all of them.
 */
export function processorMs(...works: readonly (() => unknown)[]): number[] {
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let tries = 0; tries < TRIES; tries += 1) {
    for (const [index, work] of works.entries()) {
      best[index] = Math.min(best[index] ?? 0, once(work));
    }
  }
  return best;
}

/** Of this thread alone: others of the process collect garbage. */
function once(work: () => unknown): number {
  const before = threadCpuUsage();
  work();
  const { user, system } = threadCpuUsage(before);
  return (user + system) / 1_000;
}
