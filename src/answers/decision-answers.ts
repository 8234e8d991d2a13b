import type { StoredAcceptance, StoredAttestation } from '../ports/acceptance-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';
import type { AlertReport, Reporting } from './reporting.ts';

/** A risk was accepted. */
export interface AcceptedAnswer extends AnswerBase {
  kind: 'accepted';
  acceptance: StoredAcceptance;
  finding: Pick<StoredFinding, 'message' | 'evidence' | 'subjects'>;
}

/** An acceptance was taken back. */
export interface UnacceptedAnswer extends AnswerBase {
  kind: 'unaccepted';
  acceptance: StoredAcceptance;
  /** True when the finding is there still, and counts again. */
  isOpen: boolean;
}

/** A person vouched for a rule, or took the word back. */
export interface AttestedAnswer extends AnswerBase {
  kind: 'attested';
  rule: Pick<Rule, 'id' | 'title'>;
  attestations: StoredAttestation[];
  isWithdrawn: boolean;
}

/** What became of one rule for one subject, and why it is reported or not. */
export interface Trace {
  rule: Pick<Rule, 'id' | 'title'>;
  state: 'reported' | 'accepted' | 'unknown' | 'pass' | 'not-applicable' | 'pass-or-not-applicable';
  /** Of the finding, else of the rule. */
  severity: Severity;
  /** The open finding; null when there is none. */
  finding: StoredFinding | null;
  /** What the last scan said, or why it could not say it; null where only the verdict is known. */
  reason: string | null;
  /** What decided it, as far as it is stored; empty where it is unknown. */
  evidence: Evidence[];
  /** Scans that saw the finding; null without one. */
  scansSeen: number | null;
  /** Every acceptance of it there was, newest first. */
  acceptances: StoredAcceptance[];
  /** Which channels heard of it by a digest, or why they did not; empty without a finding. */
  reporting: Reporting[];
  /** Alerts that channels got about it. */
  alerts: AlertReport[];
}

export interface WhyAnswer extends AnswerBase {
  kind: 'why';
  host: HostState;
  /** The container, or the subject of the finding. */
  subject: string;
  /** ISO time since when it is gone; null while it is there. */
  removedAt: string | null;
  traces: Trace[];
}
