import type { Clock } from '../ports/clock.ts';
import { MINUTE_MS } from '../shared/time.ts';

/** How much one person, or one channel, may ask for in a minute. */
export interface Rate {
  requests: number;
  /** Requests that make engines work, of those. */
  scans: number;
}

export interface RateSettings {
  user: Rate;
  channel: Rate;
}

/** What was asked for too often. */
export interface Excess {
  who: 'user' | 'channel';
  what: keyof Rate;
  perMinute: number;
  /** Until the next one would be answered. */
  waitMs: number;
}

export interface Rates {
  /** Counts one and gives null; one too many is not counted, and is told. */
  take(what: keyof Rate, asker: { user: string; channel: string | null }): Excess | null;
}

/** Counters that are kept; whoever asked longest ago is forgotten first, and starts anew. */
const COUNTERS_MAX = 10_000;

/**
 * Counts in memory, by the generic cell rate algorithm: a minute's worth at once, then one at a time. A
 * counter is the moment at which its owner will have used up nothing.
 */
export function createRates(settings: RateSettings, now: Clock): Rates {
  const counters = new Map<string, number>();
  const counterOf = (key: string, at: number) => {
    const emptyAt = counters.get(key) ?? at;
    if (emptyAt <= at + MINUTE_MS) return Math.max(at, emptyAt);
    // The clock was set back, which must not lock anybody out.
    counters.set(key, at + MINUTE_MS);
    return at + MINUTE_MS;
  };
  const keep = (key: string, emptyAt: number) => {
    counters.delete(key);
    counters.set(key, emptyAt);
    if (counters.size <= COUNTERS_MAX) return;
    // A tenth at a time: to find the first key of a map, those that were deleted are passed over.
    const oldest = [...counters.keys()].slice(0, COUNTERS_MAX / 10);
    for (const one of oldest) counters.delete(one);
  };
  return {
    take(what, { user, channel }) {
      const at = now();
      const counted = [
        { who: 'user' as const, key: `${what} ${user}` },
        // A direct message has one person in it.
        ...(channel === null || channel.startsWith('D')
          ? []
          : [{ who: 'channel' as const, key: `${what} ${channel}` }]),
      ].map(({ who, key }) => {
        const perMinute = settings[who][what];
        const emptyAt = counterOf(key, at) + MINUTE_MS / perMinute;
        return { who, what, perMinute, key, emptyAt, waitMs: emptyAt - at - MINUTE_MS };
      });
      const [worst] = counted.toSorted((one, other) => other.waitMs - one.waitMs);
      if (worst && worst.waitMs > 0) {
        const { who, perMinute, waitMs } = worst;
        return { who, what, perMinute, waitMs };
      }
      for (const { key, emptyAt } of counted) keep(key, emptyAt);
      return null;
    },
  };
}
