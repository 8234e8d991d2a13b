import type { LimitFunction } from 'p-limit';
import type { Clock } from '../ports/clock.ts';
import type { LiveProcess } from '../ports/process-store.ts';
import type { HostTurn } from '../ports/scan-turn-store.ts';
import type { Sighting, WatchStore } from '../ports/watch-store.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import type { CollectOptions } from '../snapshot/collector.ts';
import type { OpenWatchDoor } from '../snapshot/event-source.ts';

/** Milliseconds and counts. Leases are counted by the database, everything else is real time. */
export const watchTimings = {
  /** How long a host is held without a sign of life. */
  leaseMs: 15_000,
  /** Cron pattern, from its seconds on: when this process says that it is alive. */
  beat: '*/5 * * * * *',
  /** Cron pattern: when hosts that nobody holds are claimed, and those that are too many given back. */
  claim: '*/2 * * * * *',
  /** A host that nobody takes for so long is taken by a process that has its share already. */
  leftMs: 10_000,
  /** How long hosts are taken to weigh what they did. */
  weighMs: 5 * 60_000,
  /** Connections to hosts that are begun: at most so many at once, and anew in each second. */
  connectsBurst: 100,
  connectsPerSecond: 50,
  /** Pause between two looks whether a host may store events again. */
  roomEveryMs: 5_000,
  /** A stream on which nothing came for so long is opened anew: proxies cut it after some minutes. */
  idleMs: 4 * 60_000,
  /** Shortest and longest pause between two attempts to connect. */
  retryMs: { least: 1_000, most: 60_000 },
  /** A host that is not heard for so long is noted as blind before it is heard again. */
  silentMs: 5_000,
  /** Pause between two batches, and what a batch holds at most. */
  batchMs: 250,
  batchMax: 200,
  /** Hosts of which something is read or stored at once: all of them would leave commands no connection. */
  storedAtOnce: 6,
  /** Events that wait to be stored; beyond them the list of containers has to do. */
  queueMax: 2_000,
  /** What the events of one host may add to the database in a day. */
  dayRows: 50_000,
  dayBytes: 32 * 1024 * 1024,
  /** Looks at containers of one host: at most so many at once, and anew in each second. */
  looksBurst: 300,
  looksPerSecond: 10,
  /** Pause after which a container that ended is looked at again, unless it is gone by then. */
  settleMs: 1_000,
  /** How long the engine's own facts are taken as they were. */
  engineFactsMs: 5 * 60_000,
};

export type WatchTimings = typeof watchTimings;

/** A live process, as far as sharing hosts with it goes. */
export type Peer = Pick<LiveProcess, 'id' | 'role' | 'weight' | 'isDraining'>;

/** Names of hosts that dial out, by where they are connected. */
export interface Dialled {
  here: ReadonlySet<string>;
  elsewhere: ReadonlySet<string>;
  nowhere: ReadonlySet<string>;
}

export interface WatchParts {
  /** Names of the hosts to watch that every process reaches, as they are now. */
  hosts: () => readonly string[];
  /** Those that dial out, which only the process has that they are connected to; none when left out. */
  dialled?: () => Dialled;
  /** True where hosts may dial out to this process; it then watches those that are connected to none. */
  isHub?: boolean;
  openDoor: OpenWatchDoor;
  store: WatchStore;
  /** What reads or stores for one host does it in here, so that few do at once. */
  inTurn: LimitFunction;
  rules: readonly Rule[];
  policy: Policy;
  collect: CollectOptions;
  now: Clock;
  /** Id of this process among those that may hold a host; never used twice. */
  owner: string;
  /**
   * The processes that live, of which those that work share the hosts; null while that cannot be known, and
   * nothing is shared out anew. Rejects like the database.
   */
  peers: () => Promise<readonly Peer[] | null>;
  log: Logger;
  /**
   * Called each time that something about a host was stored, with the sightings that are news: none when
   * it is a blind time. It must not throw, and nobody waits for it.
   */
  onStored: (host: string, news: readonly Sighting[]) => void;
  /**
   * Called when a host falls silent that this process had heard, and when one can be heard after a silence, once
   * that is stored for whoever scans. It must not throw.
   */
  onTurn: (host: string, turn: HostTurn) => void;
  timings: WatchTimings;
  /** Aborted when the process stops. */
  signal: AbortSignal;
}

/** What the one who holds a host has to do with its watching. */
export interface HostControl {
  signal: AbortSignal;
  /** Called when another process holds the host by now. */
  onLost: () => void;
  /** Resolves when it may dial, or once the signal aborts. Never rejects. */
  toConnect: () => Promise<void>;
}
