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

/** What the last good scan of a stretch of time left. */
export interface PastScan {
  /** Epoch milliseconds, of which a fleet has too many to spell each out. */
  at: number;
  score: number | null;
  grade: Grade | null;
  /** Open findings by severity, those that were accepted included. */
  open: Record<Severity, number>;
  /** Those of them that were accepted then; of the newest scan, those that are now. */
  accepted: Record<Severity, number>;
  /** Findings that opened and closed since the good scan of an earlier stretch; null for the first. */
  changes: { opened: number; closed: number } | null;
}

/** The scans of one host, stretch by stretch; stretches in which nobody tried are left out. */
export interface ScanHistory {
  host: string;
  /** ISO time of the first good scan ever; null when the host could never be read. */
  firstGoodAt: string | null;
  stretches: {
    /** ISO time at which the stretch begins. */
    from: string;
    /** Null when no scan of the stretch could read the host. */
    scan: PastScan | null;
  }[];
}

/** Ids of scans by host. */
export type AsOf = Readonly<Record<string, string>>;

/** A finding that is gone. */
export interface ClosedFinding {
  rule: string;
  subjectKey: string;
  /** ISO time of the scan that no longer saw it. */
  closedAt: string;
}
