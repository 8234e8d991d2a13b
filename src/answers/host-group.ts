import type { SeverityCounts } from '../findings/severity-counts.ts';
import type { Grade } from '../posture/score.ts';

/** Hosts that have the same value of a label, taken together. */
export interface HostGroup {
  label: string;
  /** Null: hosts without the label. */
  value: string | null;
  hosts: number;
  /** Those of them that nobody could read the last time. */
  unread: number;
  /** Mean of their scores, where a host without one earns nothing; null when none has one. */
  grade: { score: number; grade: Grade } | null;
  /** Open findings that nobody accepted, on hosts that were read once; null when none was. */
  open: SeverityCounts | null;
}
