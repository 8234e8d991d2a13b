import type { Grade } from '../posture/score.ts';
import type { Severity } from '../rules/rule.ts';

/** How things stood after the last good scan of a stretch of time. */
export interface HistoryPoint {
  /** ISO time of the scan; of the fleet, that of its latest one. */
  at: string;
  /** Null when too little could be judged. */
  score: number | null;
  grade: Grade | null;
  /** Open findings by severity, accepted ones included. */
  open: Record<Severity, number>;
  /** Those of them that were accepted then; of the newest scan, those that are now. */
  accepted: Readonly<Record<Severity, number>>;
  /** Findings that are new, or fixed or gone, since the point before; null for the first. */
  changes: { new: number; fixed: number } | null;
}

export interface HostHistory {
  host: string;
  /** ISO time of its first good scan ever; null when it could never be read. */
  firstReadAt: string | null;
  /** One for each stretch, in the same order; null where it was not read. None where nobody is shown it. */
  points: (HistoryPoint | null)[];
}

/** What became of hosts over a time, in stretches of equal length. Times are ISO. */
export interface History {
  since: string;
  /** How long a stretch is: one day unless the time is short or very long. */
  stretchMs: number;
  /** Where each stretch begins. Days before the first good scan of any host are left out. */
  stretches: string[];
  histories: HostHistory[];
  /** How many hosts were never read, and how many can be drawn; left out where each has its points. */
  rest?: { unread: number; drawable: number };
  /**
   * All hosts together, for each stretch in which every host known by then was read, else null: a
   * host that was not read would look like fewer findings. Null when one host was asked about.
   */
  fleet: (Omit<HistoryPoint, 'grade' | 'changes'> | null)[] | null;
}
