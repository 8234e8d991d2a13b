import type { Coverage, RuleResult } from '../findings/result.ts';
import type { SeverityCounts } from '../findings/severity-counts.ts';
import type { SnapshotProgress } from '../ports/scan-queue.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { SavedScan } from '../ports/scan-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { AnswerBase } from './answer-base.ts';
import type { FirstScreen } from './first-screen.ts';

export interface ScanProgressAnswer extends AnswerBase {
  kind: 'scan-progress';
  hosts: HostProgress[];
}

/** How far the scan of one host is. */
export interface HostProgress {
  host: string;
  /** Sections that were asked for, and all there are; 0 before the engine was asked. */
  done: number;
  total: number;
  latest: SnapshotProgress | null;
  /** Left out while it goes on. */
  outcome?:
    | { state: 'stopped' }
    /** Nothing could be judged. */
    | { state: 'unread' }
    /** `open`: findings by severity, without the accepted ones. */
    | { state: 'scanned'; posture: HostPosture; open: SeverityCounts };
}

export interface ScanAnswer extends AnswerBase {
  kind: 'scan';
  scans: HostScan[];
  /** What was stopped before it ended; left out where nothing was. */
  stopped?: StoppedScan[];
}

export interface StoppedScan {
  host: string;
  /** Id or name of who stopped it. */
  by: string;
  /**
   * `nothing` was stored; `others` asked for the same scan, which goes on for them; `scan`: the scan is stored,
   * and reading whole file systems behind it was stopped.
   */
  left: 'nothing' | 'others' | 'scan';
}

/** Whole file systems of the images of one host, each once for all images of the same layers. */
export interface HostFilesystems {
  /** Read now. */
  read: number;
  /** Read now or before. */
  known: number;
  /** Images, each with the reason why nobody knows what it holds. */
  unread: { image: string; reason: string }[];
}

/** What a scan counted, whatever of its lists is handed on. */
export interface ScanCounts {
  /** Open findings that nobody accepted; of a scan that could not be stored what fails. */
  open: SeverityCounts;
  accepted: SeverityCounts;
  /** Of the open ones those that the scan before did not find. */
  new: number;
  /** What the scan before found and this one did not. */
  gone: number;
}

/** One scanned host; the shape that `seawall scan --json` prints. */
export interface HostScan {
  host: string;
  labels: Readonly<Record<string, string>>;
  takenAt: string;
  durationMs: number;
  engineVersion: string | null;
  /** As of `HostState`; left out by an earlier version. */
  clockAheadMs?: number | null;
  /** Empty, as the lists of `saved` are but for the worst findings, where many hosts are summed up. */
  results: RuleResult[];
  counts: ScanCounts;
  coverage: Coverage;
  unreadSections: UnreadSection[];
  containers: number | null;
  posture: HostPosture;
  /** Null when the scan could not be stored; `storeProblem` then says why. */
  saved: SavedScan | null;
  storeProblem: string | null;
  /** Null where nobody wants more than the packages of systems. */
  filesystems: HostFilesystems | null;
  /** What the answer opens with. */
  firstScreen: FirstScreen;
}
