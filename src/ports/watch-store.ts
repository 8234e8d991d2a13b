import type { Reading } from '../shared/reading.ts';
import type { BegunExec, EventKind, EventName } from '../snapshot/facts/event.ts';
import type { Held, Lease } from './lease.ts';
import type { OfHosts } from './of-hosts.ts';
import type { ObservedContainer } from './scan-record.ts';
import type { HostTurn } from './scan-turn-store.ts';

/** What is kept of watching hosts by their events. Times are epoch milliseconds. */

/** How far a host is watched. */
export interface WatchState {
  held: Held;
  /** The last event before which nothing is missing that the ledger does not name. */
  mark: EventName | null;
  /** Until when nothing is missing that the ledger does not name; null when it was never watched. */
  coveredUntil: number | null;
  /** The interval of the ledger that has no end yet. */
  blind: BlindTime | null;
}

/** One taking of a host, and how far it is watched; null where that says nothing new. */
export interface HeldHost {
  host: string;
  held: Held;
  coveredUntil: number | null;
  mark: EventName | null;
}

/** A host that was ever watched, and the owner of its lease; null while nobody holds it. */
export interface HostHolder {
  host: string;
  owner: string | null;
}

/** A time in which things may have happened unseen. */
export interface BlindTime {
  from: number;
  /** Null while it lasts. */
  to: number | null;
  /** A sentence for people. */
  cause: string;
}

/**
 * What was learned of a container, from an event or, as `found` and `missing`, from the list of
 * containers after a time without events. `own-probe`: one of Seawall was created.
 */
export type SightingKind = EventKind | 'found' | 'missing' | 'own-probe';

export interface Sighting {
  kind: SightingKind;
  containerId: string;
  name: string;
  /** As the engine's event or list names it. */
  image: string;
  /** The labels that are kept of a container: compose project and service, and the owner. */
  labels: { composeProject: string | null; composeService: string | null; owner: string | null };
  at: number;
  /** Null for what a list told. */
  timeNano: string | null;
  /** What was read of it then, or why it could not be; null when it was not looked at. */
  observed: Reading<ObservedContainer> | null;
  /** Of a container or a command that ended; null where the event has none. */
  exitCode: number | null;
  /** Of an `exec`. */
  exec: Reading<BegunExec> | null;
  /** Of an `exec` and of its end, where the engine tells it. */
  execId: string | null;
}

export interface SightingBatch {
  /** Every event up to the mark is in this batch or in one before. */
  sightings: readonly Sighting[];
  mark: EventName | null;
  coveredUntil: number | null;
}

/** An open container as far as a list of the engine can be compared with it. */
export interface KnownContainer {
  id: string;
  name: string;
  state: string;
}

/** Whether a host is watched now, for people. */
export interface WatchedHost {
  host: string;
  /** Since when nothing is missing; null while it is not watched. */
  since: number | null;
  /** Until when it was watched without a gap; null when it never was. */
  coveredUntil: number | null;
}

export interface WatchStore {
  /** Claims a host for one process: what is known of it, or null while somebody else holds it. */
  claim(host: string, lease: Lease): Promise<WatchState | null>;
  /** Claims those of the hosts that nobody holds, for one process: what is known of each, by its name. */
  claimFree(hosts: readonly string[], lease: Lease): Promise<Map<string, WatchState>>;
  /** Extends leases and keeps how far their hosts are watched; names those that are still held so. */
  renew(hosts: readonly HeldHost[]): Promise<string[]>;
  /** Keeps how far hosts are watched and gives them up; what somebody else has by now stays as it is. */
  handOver(hosts: readonly HeldHost[]): Promise<void>;
  /** Who holds the hosts that were ever watched. */
  listHolders(): Promise<HostHolder[]>;
  /** Containers that are known to exist, by host; those without any are left out. */
  countContainers(): Promise<Map<string, number>>;
  /** Notes that hosts are not meant to be watched any more, so that nobody waits for it. */
  retire(hosts: readonly string[]): Promise<void>;
  /** Gives up one host or all hosts of an owner, so that another process need not wait. */
  release(owner: string, host?: string): Promise<void>;
  /**
   * Keeps what was seen, all of it or nothing. What is known already changes nothing, so a batch may
   * come again. Tells of each sighting whether it was news.
   */
  apply(host: string, batch: SightingBatch, held: Held): Promise<boolean[]>;
  /**
   * Notes a blind time, in the place of the one without an end; null says that the host is watched
   * and that nothing was missed in the one without an end. With a turn, a scan of the host is wanted for it.
   */
  setBlind(host: string, blind: BlindTime | null, held: Held, turn?: HostTurn): Promise<void>;
  /** Containers that are known to exist, those without a known configuration included. */
  listKnown(host: string): Promise<KnownContainer[]>;
  /** How hosts are watched; those that never were are left out. */
  listWatches(hosts: readonly string[]): Promise<WatchedHost[]>;
  /** Containers whose configuration never became known and that were there after `since`. */
  listGlimpses(filter: OfHosts & { since: number }): Promise<Glimpse[]>;
  /** Probes of Seawall that were seen on these hosts; those without any are left out. */
  listOwnProbes(hosts: readonly string[]): Promise<OwnProbes[]>;
  /**
   * What happened to containers, or to one, at or after `since`, in order of time: the newest `limit` of
   * it. With `kinds` only that.
   */
  listEvents(
    filter: OfHosts & {
      containerId?: string;
      kinds?: readonly EventKind[];
      since: number;
      limit: number;
    },
  ): Promise<ContainerEvent[]>;
  /** The newest event of each of these kinds of each of these containers. */
  listLastEvents(asked: {
    containers: readonly Pick<ContainerEvent, 'host' | 'containerId'>[];
    kinds: readonly EventKind[];
  }): Promise<ContainerEvent[]>;
}

/** Containers that Seawall made on a host for a moment, as its watching of the host saw them. */
export interface OwnProbes {
  host: string;
  count: number;
  /** ISO time of the first of them. */
  since: string;
}

/** A container of which only its existence is known. Times are ISO. */
export interface Glimpse {
  host: string;
  containerId: string;
  name: string;
  image: string;
  labels: Sighting['labels'];
  firstSeen: string;
  lastSeen: string;
  /** Null while it exists. */
  removedAt: string | null;
  /** Why its configuration is unknown. */
  reason: string;
}

/** Something that happened to a container. `at` is ISO. */
export interface ContainerEvent {
  host: string;
  containerId: string;
  at: string;
  timeNano: string;
  kind: EventKind;
  detail: EventDetail;
  /** The same for a command and its end; null for others, and where the engine did not tell it. */
  execId: string | null;
}

/** What an event of a container says beside its kind. */
export interface EventDetail {
  exitCode?: number;
  exec?: Reading<BegunExec>;
}
