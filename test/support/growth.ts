import { processorMs } from './processor-ms.ts';

/** What a busy machine may take for nothing. */
const FLOOR_MS = 20;

/**
 * How many times more processor time a work takes on four times as much: 4 where it walks along what it reads, 16
 * where it takes the square. What takes no time counts as 1.
 */
export function growthOf(work: (length: number) => unknown, length: number): number {
  const [small = 0, large = 0] = processorMs(
    () => work(length),
    () => work(4 * length),
  );
  return Math.max(1, large / Math.max(FLOOR_MS, small));
}
