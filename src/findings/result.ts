import type { Severity, SubjectKind, Verdict } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';

export interface Subject {
  kind: SubjectKind;
  name: string;
  /** Empty when the result speaks of all subjects of a kind, or of none. */
  id: string;
}

/** The verdict of one rule on one subject. The shape of `results` in `seawall scan --json`. */
export interface RuleResult {
  rule: string;
  controls: readonly string[];
  verdict: Verdict;
  severity: Severity;
  subject: Subject;
  message: string;
  evidence: Evidence[];
  /** Rule whose finding on this host already says it, e.g. the engine's own; for `fail` only. */
  cause?: string;
  /** Why there is no pass or fail; present for `unknown` and `not-applicable`. */
  reason?: string;
  /** ISO time until which someone accepted this risk; present while they do, for `fail` only. */
  acceptedUntil?: string;
}

export interface Coverage {
  /** Results that are pass or fail. */
  answered: number;
  unknown: number;
  notApplicable: number;
  total: number;
}

/** One named part of the facts that made a finding fail; `values` are sorted and each there once. */
export interface BindingPart {
  name: 'evidence' | 'image' | 'capability' | 'mount';
  values: readonly string[];
}

/** Failing subjects of one rule that share a stable identity, e.g. the replicas of a service. */
export interface CurrentFinding {
  fingerprint: string;
  rule: string;
  severity: Severity;
  subjectKind: SubjectKind;
  /** Stable name: `project/service`, swarm service, container name, image tag, or `engine`. */
  subjectKey: string;
  /** Names of the failing subjects behind it, sorted. */
  subjects: string[];
  message: string;
  evidence: Evidence[];
}

/** A judgement that could not be made; what was open under it stays open. */
export interface Undecided {
  rule: string;
  subjectKind: SubjectKind;
  /** Null: the rule could judge no subject of this host. */
  subjectKey: string | null;
  reason: string;
}

export type BaselineState = 'new' | 'unchanged' | 'updated' | 'absent';
