import type { Coverage, RuleResult } from '../findings/result.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { SavedScan } from '../ports/scan-store.ts';
import type { SnapshotProgress } from '../ports/snapshot-taker.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { AnswerBase } from './answer-base.ts';

export interface ScanProgressAnswer extends AnswerBase {
  kind: 'scan-progress';
  hosts: { host: string; done: number; total: number; latest: SnapshotProgress | null }[];
}

export interface ScanAnswer extends AnswerBase {
  kind: 'scan';
  scans: HostScan[];
}

/** One scanned host; the shape that `seawall scan --json` prints. */
export interface HostScan {
  host: string;
  labels: Readonly<Record<string, string>>;
  takenAt: string;
  durationMs: number;
  engineVersion: string | null;
  results: RuleResult[];
  coverage: Coverage;
  unreadSections: UnreadSection[];
  containers: number | null;
  posture: HostPosture;
  /** Null when the scan could not be stored; `storeProblem` then says why. */
  saved: SavedScan | null;
  storeProblem: string | null;
}
