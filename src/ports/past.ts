import type { Grade } from '../posture/score.ts';
import type { Severity } from '../rules/rule.ts';

// What the store tells of the past.

/**
 * A time in which a host could not be read, as its scans saw it (`scan`), or in which what happened
 * on it may have gone unseen, because its events were not heard (`watch`). Times are ISO.
 */
export interface BlindInterval {
  kind: 'scan' | 'watch';
  host: string;
  /** The first scan that failed; for `watch` the time until which nothing is missing. */
  from: string;
  /** The first good scan after it, or when events were heard again; null while it lasts. */
  to: string | null;
  /** The good scan before, from which on nothing is known; null when there never was one. */
  lastGood: string | null;
  /** How many scans failed; 0 for `watch`. */
  failedScans: number;
  /** Why the first of them failed, or why nothing was heard. */
  cause: string;
}

/** What the last good scans of stretches of time left, in their order, column by column: a fleet has tens of thousands. */
export interface PastScans {
  /** Which stretch, counted from 1970. */
  stretch: number[];
  /** Epoch milliseconds. */
  at: number[];
  score: (number | null)[];
  grade: (Grade | null)[];
  /** Open findings by severity, those that were accepted included. */
  open: Record<Severity, number[]>;
  /** Those of them that were accepted then; of the newest scan, those that are now. */
  accepted: Readonly<Record<Severity, number>>[];
  /** Findings that opened, and closed, since the one before; unused for the first. Empty where that was not read. */
  opened: number[];
  closed: number[];
}

/** The scans of one host, by stretches; those in which nobody tried are left out. */
export interface ScanHistory {
  host: string;
  /** ISO time of the first good scan ever; null when the host could never be read. */
  firstGoodAt: string | null;
  scans: PastScans;
  /** Stretches of which no scan could read the host, counted from 1970. */
  unread: number[];
}

/** Ids of scans by host. */
export type AsOf = Readonly<Record<string, string>>;

export interface ClosedFinding {
  rule: string;
  subjectKey: string;
  /** ISO time of the scan that no longer saw it. */
  closedAt: string;
}
