/** Clocks that may differ by less count as the same: asking takes time as well. */
export const AGREE_MS = 2_000;
/** From there on people are told of it: what a host dates is off by that much. */
export const TOLD_MS = 60_000;

/** What is known of how far another clock is ahead of ours. */
export interface ClockDifference {
  /** The other clock said `theirs` at some moment between two of ours; all in epoch milliseconds. */
  learn(before: number, theirs: number, after: number): void;
  /** Milliseconds, negative for a clock that is behind; 0 while it may be right. */
  ms(): number;
}

/**
 * Each answer bounds the difference, and those that agree narrow it together, so that one that took long
 * takes nothing away. One that contradicts them all is of a clock that was set, and counts alone.
 */
export function createClockDifference(): ClockDifference {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return {
    learn(before, theirs, after) {
      const [low, high] = [theirs - Math.max(before, after), theirs - Math.min(before, after)];
      const isSame = low <= most && high >= least;
      least = isSame ? Math.max(least, low) : low;
      most = isSame ? Math.min(most, high) : high;
    },
    ms: () => (least < AGREE_MS && most > -AGREE_MS ? 0 : Math.round((least + most) / 2)),
  };
}
