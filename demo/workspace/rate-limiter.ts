import type { MethodReference } from './methods.ts';

/** Calls per minute that a workspace grants at least, by tier. */
const callsPerMinute: Readonly<Record<number, number>> = { 1: 1, 2: 20, 3: 50, 4: 100 };

const channelBurst = 5;
const channelRefillPerSecond = 1;

interface Bucket {
  tokens: number;
  filledAt: number;
}

export interface RateLimiter {
  /** Whole seconds to wait before the next call; 0 when this one may go ahead. */
  take(method: string, reference: MethodReference, channel: string | undefined): number;
}

/**
 * Slack's documented limits: tiers per method, and for chat.postMessage one message per second and
 * channel with short bursts.
 */
export function createRateLimiter(now: () => number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const drain = (key: string, capacity: number, refillPerSecond: number): number => {
    const bucket = buckets.get(key) ?? { tokens: capacity, filledAt: now() };
    const gained = (Math.max(0, now() - bucket.filledAt) / 1000) * refillPerSecond;
    const tokens = Math.min(capacity, bucket.tokens + gained);
    const isGranted = tokens >= 1;
    buckets.set(key, { tokens: isGranted ? tokens - 1 : tokens, filledAt: now() });
    return isGranted ? 0 : Math.max(1, Math.ceil((1 - tokens) / refillPerSecond));
  };
  return {
    take(method, reference, channel) {
      if (method === 'chat.postMessage') {
        return drain(`${method} ${channel ?? ''}`, channelBurst, channelRefillPerSecond);
      }
      const perMinute = callsPerMinute[reference.tier];
      return perMinute === undefined ? 0 : drain(method, perMinute, perMinute / 60);
    },
  };
}
