/** What runs full again as time passes: `burst` at most, `perSecond` anew in each second. */
export interface Bucket {
  /** Takes so much, also what is not there; milliseconds until there is something again, 0 at once. */
  take(amount: number): number;
}

/** `now` counts milliseconds. */
export function createBucket(burst: number, perSecond: number, now: () => number): Bucket {
  let left = burst;
  let at = now();
  return {
    take(amount) {
      const time = now();
      left = Math.min(burst, left + ((time - at) * perSecond) / 1000) - amount;
      at = time;
      return Math.max(0, (-left * 1000) / perSecond);
    },
  };
}
