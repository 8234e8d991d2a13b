import type { Coverage, RuleResult } from '../findings/result.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { FleetPosture } from '../posture/fleet.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import type { HostState } from './host-state.ts';
import type {
  SavedScan,
  SnapshotProgress,
  StoredContainer,
  StoredFinding,
  UnreadSection,
} from './ports.ts';

/** Data that replies to a question, before formatting. Times are ISO. */
interface AnswerBase {
  takenAt: string;
  /** Command lines worth running next, without `/seawall`; at most three. */
  next: string[];
}

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
  hosts: HostState[];
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
  filter: { severities: Severity[]; rule: string | null };
  hosts: HostState[];
  findings: StoredFinding[];
  /** Judgements the last scans could not make, over the same filter. */
  undecided: { host: string; rule: string; subject: string | null; reason: string }[];
}

export interface ContainersAnswer extends AnswerBase {
  kind: 'containers';
  facets: string[];
  hosts: HostState[];
  containers: StoredContainer[];
  /** Containers that may have the facets, but one of them could not be judged. */
  unverified: StoredContainer[];
}

export interface InspectAnswer extends AnswerBase {
  kind: 'inspect';
  host: HostState;
  container: StoredContainer;
  findings: StoredFinding[];
  undecided: { rule: string; reason: string }[];
}

export interface ExplainAnswer extends AnswerBase {
  kind: 'explain';
  /** What was asked for, e.g. `cis-1.6:5.5`. */
  topic: string;
  rules: {
    rule: Pick<
      Rule,
      'id' | 'title' | 'severity' | 'subject' | 'controls' | 'rationale' | 'remediation' | 'needs'
    >;
    here: StoredFinding[];
    undecided: { host: string; subject: string | null; reason: string }[];
  }[];
  /** Said when a number means different things in two benchmark versions. */
  ambiguity: string | null;
  hosts: HostState[];
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

/** The question could not be answered: the user's mistake, the outside, or a bug. */
export interface ProblemAnswer extends AnswerBase {
  kind: 'problem';
  cause: 'mistake' | 'refused' | 'outside' | 'bug';
  message: string;
  hint: string | null;
  correctedLine: string | null;
  /** Short id that the log carries too; for bugs and outside failures. */
  reference: string | null;
}

export type Answer =
  | HelpAnswer
  | StatusAnswer
  | HostsAnswer
  | ScanAnswer
  | ScanProgressAnswer
  | FindingsAnswer
  | ContainersAnswer
  | InspectAnswer
  | ExplainAnswer
  | PostureAnswer
  | ProblemAnswer;

export type AnswerKind = Answer['kind'];
export type AnswerOf<K extends AnswerKind> = Extract<Answer, { kind: K }>;
