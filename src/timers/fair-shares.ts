import type { FairShares } from '../ports/fair-share.ts';
import { yieldToEvents } from '../shared/yield-to-events.ts';
import { pause } from './pause.ts';

/** Of the processor: so much anybody has without a look at others. A host of ten containers takes less. */
const FREE_MS = 80;
/** Who is ahead rests so many times as long for each of the others: what is counted is a quarter of what a call costs. */
const REST_TIMES = 8;
const LOOK_EVERY_MS = 10;
/** Below it the loop has time left that nobody else wants. */
const BUSY = 0.8;

/**
 * Shares of one process. Who took more than the others did on average rests for a while after each piece of work, so
 * that a host that makes much of it keeps none waiting. It goes on before that when the others have caught up or have
 * ended, or when the loop has time to spare.
 */
export function createFairShares(): FairShares {
  const running = new Set<{ usedMs: number }>();

  return {
    enter() {
      const own = { usedMs: 0 };
      running.add(own);
      let restUntil = 0;
      const others = () => running.size - 1;
      const isAhead = () => {
        if (own.usedMs <= FREE_MS || others() === 0) return false;
        let sumMs = -own.usedMs;
        for (const { usedMs } of running) sumMs += usedMs;
        return own.usedMs > sumMs / others();
      };
      const took = (ms: number) => {
        own.usedMs += ms;
        if (isAhead())
          restUntil = Math.max(restUntil, performance.now()) + ms * REST_TIMES * others();
      };
      const rest = async () => {
        let seen = performance.eventLoopUtilization();
        while (performance.now() < restUntil && isAhead()) {
          await pause(LOOK_EVERY_MS);
          const now = performance.eventLoopUtilization();
          if (performance.eventLoopUtilization(now, seen).utilization < BUSY) return;
          seen = now;
        }
      };
      return {
        took,
        rest,
        async doing(work) {
          await yieldToEvents();
          await rest();
          const startedAt = performance.now();
          try {
            return work();
          } finally {
            took(performance.now() - startedAt);
          }
        },
        leave() {
          running.delete(own);
        },
      };
    },
  };
}
