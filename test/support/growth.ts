import { threadCpuUsage } from 'node:process';

/** What a busy machine may take for nothing. */
const FLOOR_MS = 20;

/**
 * How many times more processor time a work takes on four times as much: 4 where it walks along what it reads, 16
 * where it takes the square. The best of three tries counts; what takes no time counts as 1.
 */
export function growthOf(work: (length: number) => unknown, length: number): number {
  const best = (size: number): number =>
    Math.min(
      ...Array.from({ length: 3 }, () => {
        // Of this thread alone: a busy machine lets it wait, and that is none of its work.
        const before = threadCpuUsage();
        work(size);
        return threadCpuUsage(before).user / 1_000;
      }),
    );
  const small = Math.max(FLOOR_MS, best(length));
  return Math.max(1, best(4 * length) / small);
}
