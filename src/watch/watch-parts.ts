import type { Clock } from '../ports/clock.ts';
import type { Sighting, WatchStore } from '../ports/watch-store.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import type { CollectOptions } from '../snapshot/collector.ts';
import type { OpenWatchDoor } from '../snapshot/event-source.ts';

/** Milliseconds and counts. Leases are counted by the database, everything else is real time. */
export interface WatchTimings {
  /** How long a host is held without a sign of life. */
  leaseMs: number;
  /** Cron pattern, from its seconds on: when this process says that it is alive. */
  beat: string;
  /** Cron pattern: when a host that another process holds is asked for. */
  claim: string;
  /** Pause between two looks whether a host may store events again. */
  roomEveryMs: number;
  /** A stream on which nothing came for so long is opened anew: proxies cut it after some minutes. */
  idleMs: number;
  /** Shortest and longest pause between two attempts to connect. */
  retryMs: { least: number; most: number };
  /** A host that is not heard for so long is noted as blind before it is heard again. */
  silentMs: number;
  /** Pause between two batches, and what a batch holds at most. */
  batchMs: number;
  batchMax: number;
  /** Events that wait to be stored; beyond them the list of containers has to do. */
  queueMax: number;
  /** What the events of one host may add to the database in a day. */
  dayRows: number;
  dayBytes: number;
  /** Looks at containers of one host: at most so many at once, and anew in each second. */
  looksBurst: number;
  looksPerSecond: number;
  /** Pause after which a container that ended is looked at again, unless it is gone by then. */
  settleMs: number;
  /** How long the engine's own facts are taken as they were. */
  engineFactsMs: number;
}

export const watchTimings: WatchTimings = {
  leaseMs: 15_000,
  beat: '*/5 * * * * *',
  claim: '*/2 * * * * *',
  roomEveryMs: 5_000,
  idleMs: 4 * 60_000,
  retryMs: { least: 1_000, most: 60_000 },
  silentMs: 5_000,
  batchMs: 250,
  batchMax: 200,
  queueMax: 2_000,
  dayRows: 50_000,
  dayBytes: 32 * 1024 * 1024,
  looksBurst: 300,
  looksPerSecond: 10,
  settleMs: 1_000,
  engineFactsMs: 5 * 60_000,
};

/** What the watcher works with. */
export interface WatchParts {
  /** Names of the hosts to watch, as they are now. */
  hosts: () => readonly string[];
  openDoor: OpenWatchDoor;
  store: WatchStore;
  rules: readonly Rule[];
  policy: Policy;
  collect: CollectOptions;
  now: Clock;
  /** Name of this process among those that may hold a host; never used twice. */
  owner: string;
  log: Logger;
  /**
   * Called each time that something about a host was stored, with the sightings that are news: none when
   * it is a blind time. It must not throw, and nobody waits for it.
   */
  onStored: (host: string, news: readonly Sighting[]) => void;
  /**
   * Called when a host falls silent that this process had heard, and when one can be heard after a silence. It
   * must not throw.
   */
  onTurn: (host: string, turn: 'silent' | 'back') => void;
  timings: WatchTimings;
  /** Aborted when the process stops. */
  signal: AbortSignal;
}
