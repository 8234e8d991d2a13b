/** What a busy machine may take for nothing. */
const FLOOR_MS = 20;

/**
 * How many times longer a work takes on four times as much: 4 where it walks along what it reads, 16
 * where it takes the square. The best of three tries counts; what takes no time counts as 1.
 */
export function growthOf(work: (length: number) => unknown, length: number): number {
  const best = (size: number): number =>
    Math.min(
      ...Array.from({ length: 3 }, () => {
        const startedAt = performance.now();
        work(size);
        return performance.now() - startedAt;
      }),
    );
  const small = Math.max(FLOOR_MS, best(length));
  return Math.max(1, best(4 * length) / small);
}
