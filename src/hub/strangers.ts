import { type Bucket, createBucket } from '../shared/bucket.ts';
import { hubLimits } from './limits.ts';
import { subscriberOf } from './subscriber.ts';

export interface Strangers {
  /** What ends it; null where there are too many. It may be called again. */
  enter(address: string): (() => void) | null;
}

/** Who has not proved anything yet: few at once, of one address (of IPv6: one /64) fewer, and of that not too many in a time. */
export function createStrangers(now: () => number): Strangers {
  const byAddress = new Map<string, number>();
  const attempts = new Map<string, Bucket>();
  let all = 0;

  function mayTry(address: string): boolean {
    const { attemptsBurst, attemptsPerSecond, addresses } = hubLimits;
    const bucket = attempts.get(address) ?? createBucket(attemptsBurst, attemptsPerSecond, now);
    attempts.delete(address);
    attempts.set(address, bucket);
    const [oldest = address] = attempts.keys();
    if (attempts.size > addresses) attempts.delete(oldest);
    if (bucket.take(1) === 0) return true;
    // Who goes on trying while nobody listens owes nothing for it: others may share the address.
    bucket.take(-1);
    return false;
  }

  return {
    enter(from) {
      const address = subscriberOf(from);
      const here = byAddress.get(address) ?? 0;
      if (all >= hubLimits.strangers || here >= hubLimits.strangersOfAddress) return null;
      if (!mayTry(address)) return null;
      all += 1;
      byAddress.set(address, here + 1);
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        all -= 1;
        const left = (byAddress.get(address) ?? 1) - 1;
        if (left === 0) byAddress.delete(address);
        else byAddress.set(address, left);
      };
    },
  };
}
