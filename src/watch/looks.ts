import type { ObservedContainer } from '../ports/scan-record.ts';
import { createBucket } from '../shared/bucket.ts';
import { OutsideError, statusOf } from '../shared/errors.ts';
import { type Reading, unread } from '../shared/reading.ts';
import { readBegunExec } from '../snapshot/begun-exec.ts';
import type { WatchDoor } from '../snapshot/event-source.ts';
import type { EngineEvent } from '../snapshot/facts/event.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { pause } from '../timers/pause.ts';
import type { WatchParts } from './watch-parts.ts';
import { type LookParts, lookAtContainer, readEngineSection } from './watched-container.ts';

const LOOKS_AT_ONCE = 24;
/** Containers that are remembered to be gone, so that looks which still wait need not ask. */
const GONE_MAX = 500;

/** Why a container that ended in the meantime is unread. */
export const WAS_GONE = 'it was gone before it could be looked at';

type Observed = Reading<ObservedContainer>;

/** Looks at the containers of one host, over the connections of one door. Nothing here rejects. */
export interface Looks {
  /** Comes before everything that waits; null for a probe of ours. */
  atOnce(id: string): Promise<Observed | null>;
  /** Several asked for before it begins are one; null for a probe, and for one that is gone. */
  later(id: string): Promise<Observed | null>;
  /** The power of a command; null for a health check, which the engine begins by itself. */
  atExec(event: EngineEvent): Promise<Awaited<ReturnType<typeof readBegunExec>> | null>;
  /** Whether the container is proven to be a probe of ours. */
  isProvenProbe(id: string): boolean;
  forget(id: string): void;
  /** The engine's facts, which are kept for a time. Never rejects. */
  engine(): Promise<Snapshot['engine']>;
}

export function createLooks(parts: WatchParts, host: string, door: WatchDoor): Looks {
  const { rules, policy, collect, now, timings, log } = parts;
  const { reader } = door;
  const lookParts: LookParts = { host, reader, rules, policy, collect, now };
  const limiter = createLimiter(LOOKS_AT_ONCE);
  // No machine makes so many containers for long; one that says so must not keep the others waiting.
  const pace = createBucket(timings.looksBurst, timings.looksPerSecond, () => performance.now());
  const atPace = async (): Promise<void> => {
    const waitMs = pace.take(1);
    if (waitMs > 0) await pause(waitMs, parts.signal);
  };
  const waiting = new Map<string, Promise<Observed | null>>();
  const gone = new Set<string>();
  const provenProbes = new Set<string>();
  /** Hash of the command of the health check; null without one. */
  const healthHashes = new Map<string, string | null>();

  let engineFacts: { at: number; section: Promise<Snapshot['engine']> } | null = null;
  const engine = (): Promise<Snapshot['engine']> => {
    const age = performance.now() - (engineFacts?.at ?? 0);
    if (engineFacts === null || age > timings.engineFactsMs) {
      engineFacts = { at: performance.now(), section: readEngineSection(lookParts) };
    }
    return engineFacts.section;
  };

  const look = async (id: string): Promise<Observed | null> => {
    try {
      const seen = await lookAtContainer(lookParts, id, engine);
      if (seen.isProvenProbe) provenProbes.add(id);
      const { healthCommand } = seen;
      // Of one that is gone nobody would take it away again.
      if (!gone.has(id)) {
        healthHashes.set(id, healthCommand === null ? null : door.hash(healthCommand));
      }
      return seen.container;
    } catch (error) {
      if (statusOf(error) === 404) return unread(WAS_GONE);
      if (error instanceof OutsideError) return unread(error.message);
      log.error({ host, error }, 'a container could not be looked at: a bug');
      return unread('Seawall could not look at it (a bug)');
    }
  };

  const later = (id: string): Promise<Observed | null> => {
    const earlier = waiting.get(id);
    if (earlier) return earlier;
    const promise = limiter.later(async () => {
      // Who asks until its turn comes has the same answer.
      await atPace();
      waiting.delete(id);
      return gone.has(id) ? null : look(id);
    });
    waiting.set(id, promise);
    return promise;
  };

  return {
    atOnce: (id) => limiter.urgent(() => atPace().then(() => look(id))),
    later,
    engine,
    async atExec(event) {
      const { id, execId, commandHash } = event;
      const isHealthCheck = () => commandHash !== null && healthHashes.get(id) === commandHash;
      if (isHealthCheck()) return null;
      // Engines forget a command soon after its end, so it is asked for before anything else.
      const begun = limiter.urgent(async () => {
        await atPace();
        return readBegunExec(reader, { containerId: id, execId });
      });
      if (!healthHashes.has(id)) await later(id);
      return isHealthCheck() ? null : begun;
    },
    isProvenProbe: (id) => provenProbes.has(id),
    forget(id) {
      provenProbes.delete(id);
      healthHashes.delete(id);
      gone.add(id);
      for (const old of gone) {
        if (gone.size <= GONE_MAX) break;
        gone.delete(old);
      }
    },
  };
}

/** Runs so many things at once; what is urgent comes before everything that still waits. */
interface Limiter {
  urgent<T>(work: () => Promise<T>): Promise<T>;
  later<T>(work: () => Promise<T>): Promise<T>;
}

/** A limiter of `most` at once. What fails gives its place on. */
function createLimiter(most: number): Limiter {
  const waiting = { urgent: [] as (() => void)[], later: [] as (() => void)[] };
  let running = 0;
  const next = (): void => {
    if (running >= most) return;
    const start = waiting.urgent.shift() ?? waiting.later.shift();
    if (start === undefined) return;
    running += 1;
    start();
  };
  const enter = <T>(queue: (() => void)[], work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      queue.push(() => {
        work()
          .then(resolve, reject)
          .finally(() => {
            running -= 1;
            next();
          });
      });
      next();
    });
  return {
    urgent: (work) => enter(waiting.urgent, work),
    later: (work) => enter(waiting.later, work),
  };
}
