import type { OfHosts } from './of-hosts.ts';
import type { UndecidedOnHost } from './scan-store.ts';
import type { StoredContainer, StoredFinding } from './stored.ts';

// Questions about a time. Times that are asked with are epoch milliseconds, those of answers ISO.

/** A stretch of the past; a moment has its beginning for its end. */
export interface Period {
  from: number;
  to: number;
}

/**
 * A container as it was within a period. `removedAt` and `lastSeen` tell of the container as it is
 * known now, also when that was after the period.
 */
export interface PastContainer extends StoredContainer {
  /** From when on these facts were seen; later than the period for one that was seen too late. */
  openedAt: string;
}

/** A finding as it last was within a period. */
export interface PastFinding extends StoredFinding {
  /** When a scan found it gone, also after the period; null while it is open. */
  closedAt: string | null;
}

/** Between which scans of a host a moment lies. */
export interface HostSight {
  host: string;
  /** The first good scan ever. */
  firstAt: string | null;
  /** The newest good scan that is not later than the moment; null when there was none. */
  before: string | null;
  /** The oldest good scan after it; null when there is none. */
  after: string | null;
}

/** What the store tells of the past, of hosts that the settings no longer declare as well. */
export interface PastStore {
  /** Names of all hosts that were ever scanned, in order. */
  listHosts(): Promise<string[]>;
  /**
   * Every state that containers had within a period, in order of age: a container that changed stands
   * there more than once. One that was made by the end of the period and first seen after it counts.
   */
  listContainers(filter: Period & OfHosts & { containerId?: string }): Promise<PastContainer[]>;
  /** Findings that were open at any time of a period, accepted as they were at its end. */
  listFindings(filter: Period & OfHosts): Promise<PastFinding[]>;
  /** What the newest scans at a moment could not judge. */
  listUndecided(filter: OfHosts & { at: number }): Promise<UndecidedOnHost[]>;
  /** Hosts that were never scanned are left out. */
  listSights(filter: OfHosts & { at: number }): Promise<HostSight[]>;
}
