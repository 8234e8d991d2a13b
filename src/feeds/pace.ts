export interface PaceLimits {
  windowMs: number;
  /** In each window. */
  bytesMin: number;
}

/** Slower, the largest feeds take days. */
export const PACE: PaceLimits = { windowMs: 30_000, bytesMin: 30 * 1024 };

/**
 * How a file comes, each chunk of which is told by its bytes. Throws an `Error` for the next chunk once fewer came in a window
 * than have to: one without a next chunk is whole.
 */
export type Pace = (bytes: number) => void;

/** `now` in milliseconds that only grow. */
export function createPace(
  { windowMs, bytesMin }: PaceLimits,
  now: () => number = () => performance.now(),
): Pace {
  let [begunAt, came] = [now(), 0];
  let slow: Error | null = null;
  return (bytes) => {
    if (slow !== null) throw slow;
    came += bytes;
    const took = now() - begunAt;
    if (took < windowMs) return;
    if (came < (bytesMin * took) / windowMs) {
      slow = new Error(`it is too slow: ${came} bytes came in ${Math.round(took / 1000)} s`);
    }
    [begunAt, came] = [now(), 0];
  };
}
