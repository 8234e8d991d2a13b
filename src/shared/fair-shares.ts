import { yieldToEvents } from './yield-to-events.ts';

/** What one scan takes of the processor that all scans of this process share. */
export interface FairShare {
  /** Does work after waiting events, and counts the time that it took. */
  doing<T>(work: () => T): Promise<T>;
  /** Counts time that it took, in milliseconds. */
  took(ms: number): void;
  /**
   * Resolves when it is this one's turn: at once for who took no more than the others, and soon once `isOver` is
   * true.
   */
  rest(isOver?: () => boolean): Promise<void>;
}

/** Scans that go on now. */
export interface FairShares {
  /** Of a scan that begins; whoever calls it leaves when the scan has ended. */
  enter(): FairShare & { leave(): void };
}

/** Of the processor: so much anybody has without a look at others. A host of ten containers takes less. */
const FREE_MS = 80;
/** Who is ahead rests so many times as long for each of the others: what is counted is a quarter of what a call costs. */
const REST_TIMES = 8;
const REST_MS_MAX = 1_000;
/** Of one scan in all: it has a time limit. */
const RESTS_MS = 15_000;
/** Who took nothing for so long waits for something else. */
const ACTIVE_MS = 500;
const LOOK_EVERY_MS = 10;
/** Below it the loop has time left that nobody else wants. */
const BUSY = 0.8;

interface Taken {
  usedMs: number;
  /** When it took something last, or began. */
  at: number;
}

/**
 * Shares of one process. Who took more than the others did on average rests for a while after each piece of work, so
 * that a host that makes much of it keeps none waiting. It goes on before that when the others have caught up or have
 * ended, or when the loop has time to spare. Who begins counts as one that took as little as anybody who is there.
 */
export function createFairShares({ restsMsMax = RESTS_MS } = {}): FairShares {
  const running = new Set<Taken>();
  const activeBeside = (own: Taken | null): Taken[] => {
    const since = performance.now() - ACTIVE_MS;
    return [...running].filter((one) => one !== own && one.at >= since);
  };

  return {
    enter() {
      const least = Math.min(...activeBeside(null).map(({ usedMs }) => usedMs));
      const beganMs = Number.isFinite(least) ? least : 0;
      const own: Taken = { usedMs: beganMs, at: performance.now() };
      running.add(own);
      let restUntil = 0;
      let restsMs = 0;
      /** How many others it is ahead of on average; 0 where it is not. */
      const ahead = (): number => {
        if (own.usedMs - beganMs <= FREE_MS) return 0;
        const others = activeBeside(own);
        const sumMs = others.reduce((sum, { usedMs }) => sum + usedMs, 0);
        return own.usedMs * others.length > sumMs ? others.length : 0;
      };
      const took = (ms: number) => {
        const now = performance.now();
        own.usedMs += ms;
        own.at = now;
        const from = Math.max(restUntil, now);
        const wanted = from + ms * REST_TIMES * ahead();
        restUntil = Math.min(wanted, now + REST_MS_MAX, from + restsMsMax - restsMs);
        restsMs += Math.max(0, restUntil - from);
      };
      return {
        took,
        async rest(isOver) {
          let seen = performance.eventLoopUtilization();
          while (performance.now() < restUntil && ahead() > 0 && !isOver?.()) {
            await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
            const now = performance.eventLoopUtilization();
            if (performance.eventLoopUtilization(now, seen).utilization < BUSY) return;
            seen = now;
          }
        },
        async doing(work) {
          await yieldToEvents();
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
