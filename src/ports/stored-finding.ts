import type { BaselineState } from '../findings/result.ts';
import type { Severity, SubjectKind } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { StoredAcceptance } from './acceptance-store.ts';

export interface StoredFinding {
  host: string;
  fingerprint: string;
  rule: string;
  severity: Severity;
  subjectKind: SubjectKind;
  subjectKey: string;
  subjects: string[];
  message: string;
  evidence: Evidence[];
  /** ISO time of the first scan that saw it. */
  firstSeen: string;
  /** ISO time of the last good scan that saw it. */
  lastSeen: string;
  /** Against the scan before the last. */
  baselineState: BaselineState;
  /** Why the last scan could not judge it again; null when it could. */
  unverifiedReason: string | null;
  /** The newest acceptance of it, also one that no longer holds; null when there never was one. */
  acceptance: StoredAcceptance | null;
}
