import type { ContainerDrift } from '../drift/container-drift.ts';
import type { Coverage, RuleResult } from '../findings/result.ts';
import type { AttackPath } from '../paths/attack-paths.ts';
import type { StoredAttestation } from '../ports/acceptance-store.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { PastFinding } from '../ports/past-store.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { HostChanges, SavedScan } from '../ports/scan-store.ts';
import type { SlackLoss } from '../ports/slack-memory.ts';
import type { SnapshotProgress } from '../ports/snapshot-taker.ts';
import type { StoredSize } from '../ports/store-size.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { WatchedHost } from '../ports/watch-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { FleetPosture } from '../posture/fleet.ts';
import type { Severity } from '../rules/rule.ts';
import type { AcceptedFinding } from './accepted-finding.ts';
import type { AlertAgainAnswer, AlertAnswer } from './alert-answer.ts';
import type { AnswerBase } from './answer-base.ts';
import type { AskedPast } from './asked-past.ts';
import type { AuditAnswer } from './audit-answer.ts';
import type { BaselineAnswer } from './baseline-answer.ts';
import type { CompareAnswer } from './compare-answer.ts';
import type { ContainersAnswer } from './containers-answer.ts';
import type { ControlsAnswer } from './controls-answer.ts';
import type {
  AcceptedAnswer,
  AttestedAnswer,
  UnacceptedAnswer,
  WhyAnswer,
} from './decision-answers.ts';
import type { DigestAnswer } from './digest-answer.ts';
import type {
  DigestNowAnswer,
  DigestPreviewAnswer,
  DigestScheduleAnswer,
  NextDigest,
} from './digest-schedule-answers.ts';
import type { DriftedContainer } from './drifted-container.ts';
import type { ExplainAnswer } from './explain-answer.ts';
import type {
  AcceptancePreviewAnswer,
  EvidenceAnswer,
  FixAnswer,
  MentionedAnswer,
} from './finding-answers.ts';
import type { History } from './history.ts';
import type { HomeAnswer } from './home-answer.ts';
import type { HostState } from './host-state.ts';
import type { IntroductionAnswer } from './introduction-answer.ts';
import type { IsolationAnswer } from './isolation-answer.ts';
import type { LastSight } from './last-sight.ts';
import type { ListPage } from './list-page.ts';
import type { NoticeAnswer } from './notice-answer.ts';
import type { ReachAnswer } from './reach-answer.ts';
import type { Self } from './self.ts';
import type { SoftwareAnswer, SurfaceAnswer } from './surface-answer.ts';
import type { Count } from './unread-hosts.ts';
import type { WaysThrough } from './ways-through.ts';
import type { WhoamiAnswer } from './whoami-answer.ts';

export interface HelpAnswer extends AnswerBase {
  kind: 'help';
  /** Null for the overview. */
  verb: string | null;
  commands: {
    name: string;
    task: 'ask' | 'act' | 'learn';
    summary: string;
    usage: string;
    permission: string;
    examples: string[];
  }[];
}

export interface StatusAnswer extends AnswerBase {
  kind: 'status';
  version: string;
  /** Why the bot is not in Slack any more; null while nothing is known to be wrong. */
  slack: SlackLoss | null;
  hosts: HostState[];
  /** How the hosts are watched; those that never were are left out. */
  watches: WatchedHost[];
  /** When hosts could not be read, or not be watched, in the last thirty days. */
  blind: BlindInterval[];
  /** The next digest of every channel that gets one, soonest first. */
  digests: NextDigest[];
  /** Containers that are no longer as approved, or as Compose made them. */
  drifted: DriftedContainer[];
  self: Self;
  /** How large the database is, and how much room it has. */
  size: StoredSize;
}

export interface HostsAnswer extends AnswerBase {
  kind: 'hosts';
  hosts: HostState[];
}

/** One scanned host; the shape that `seawall scan --json` prints. */
export interface HostScan {
  host: string;
  isSample: boolean;
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

export interface ScanAnswer extends AnswerBase {
  kind: 'scan';
  scans: HostScan[];
}

export interface ScanProgressAnswer extends AnswerBase {
  kind: 'scan-progress';
  hosts: { host: string; done: number; total: number; latest: SnapshotProgress | null }[];
}

export interface FindingsAnswer extends AnswerBase {
  kind: 'findings';
  filter: {
    severities: Severity[];
    rule: string | null;
    /** `null`: those that count. `expiring`: accepted, but only for a few days more. */
    acceptance: 'accepted' | 'expiring' | null;
  };
  hosts: HostState[];
  findings: (StoredFinding | PastFinding)[];
  /** How many there are, or why nobody knows. */
  total: Count;
  /** Null for a question about now. */
  past: AskedPast | null;
  /** Times within the question in which a host could not be read. */
  blind: BlindInterval[];
  /** How many findings of the same filter someone accepted, so that they do not count. */
  acceptedCount: number;
  /** Open again because their acceptance ran out or was voided. */
  lapsed: AcceptedFinding[];
  /** Attestations that hold, when accepted findings are asked for. */
  attestations: StoredAttestation[];
  /** What of the list is shown; null for all of it. */
  page: ListPage | null;
  /** Judgements the last scans could not make, over the same filter. */
  undecided: { host: string; rule: string; subject: string | null; reason: string }[];
}

export interface InspectAnswer extends AnswerBase {
  kind: 'inspect';
  host: HostState;
  container: StoredContainer;
  drift: ContainerDrift;
  findings: StoredFinding[];
  /** What was open when it was last seen, for one that is gone. */
  lastFindings: StoredFinding[];
  /** How it ended; null while it exists. */
  lastSight: LastSight | null;
  /** Others of its name that are gone, the newest first. */
  namesakes: { host: string; id: string; image: string; firstSeen: string; removedAt: string }[];
  /** Times of its life in which the host could not be read; of one that exists, what lasts now. */
  blind: BlindInterval[];
  accepted: AcceptedFinding[];
  undecided: { rule: string; reason: string }[];
  /** Whether there are ways to root on the host through it; for one that is gone, when it was last judged. */
  ways: WaysThrough;
  /** Those of them that the scan kept, worst first. */
  paths: AttackPath[];
}

export interface PostureAnswer extends AnswerBase {
  kind: 'posture';
  hosts: HostState[];
  postures: {
    host: string;
    /** ISO time of the scan that it is from: the last one that could read the host. */
    scannedAt: string | null;
    /** Null when the host was never read. */
    posture: HostPosture | null;
  }[];
  /** Null when one host was asked about. */
  fleet: FleetPosture | null;
}

export interface HistoryAnswer extends AnswerBase, History {
  kind: 'history';
  hosts: HostState[];
}

export interface DiffAnswer extends AnswerBase {
  kind: 'diff';
  /** ISO time that was asked about. */
  since: string;
  hosts: HostState[];
  /** What stood against what, host by host; hosts without a good scan are left out. */
  compared: Omit<HostChanges, 'changes' | 'passing'>[];
  new: StoredFinding[];
  worse: SeverityChange[];
  /** Still open, less severe than before. */
  milder: SeverityChange[];
  /** Fixed, or gone with their subject. */
  fixed: StoredFinding[];
  /** Opened and closed again in between. */
  passing: StoredFinding[];
  /** Containers that are now no longer as approved, or as Compose made them. */
  drifted: DriftedContainer[];
}

/** An open finding with the severity that it had before. */
export interface SeverityChange {
  was: Severity;
  finding: StoredFinding;
}

/** A file for programs, made of stored data. */
export interface ExportedFile {
  name: string;
  mediaType: string;
  text: string;
}

export type ExportFormat = 'sarif' | 'csv' | 'json';

export interface ExportAnswer extends AnswerBase {
  kind: 'export';
  format: ExportFormat;
  object: 'findings';
  hosts: HostState[];
  /** Open findings and judgements that could not be made, as far as the format has a row for each. */
  rows: number;
  file: ExportedFile;
  /** The line that gives the same file in a terminal. */
  terminalLine: string;
}

/** The question could not be answered: the user's mistake, the outside, or a bug. */
export interface ProblemAnswer extends AnswerBase {
  kind: 'problem';
  cause: 'mistake' | 'refused' | 'too-often' | 'outside' | 'bug';
  message: string;
  hint: string | null;
  correctedLine: string | null;
  /** Short id that the log carries too; for bugs and outside failures. */
  reference: string | null;
}
