import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';

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

/** Whether a channel was told of a finding, and when. */
export interface Reporting {
  channel: string;
  /** The first digest that spoke of it; null when none did, `reason` then says why. */
  digest: {
    day: string;
    /** ISO time at which it was composed. */
    at: string;
    /** True for the first digest of the channel, which counts what there is and names the worst. */
    isFirst: boolean;
    delivery: Delivery;
    /** What keeps or kept the message from being sent; null when nothing did. */
    trouble: string | null;
  } | null;
  reason: string | null;
}

/** An alert that a channel got about a finding. */
export interface AlertReport {
  channel: string;
  /** ISO time at which it was raised. */
  at: string;
  /** `silent`: a snooze kept it quiet. */
  delivery: Delivery | 'silent';
  trouble: string | null;
  /** Id of who has seen it, and of who looks after it; null for nobody. */
  acknowledgedBy: string | null;
  assignedTo: string | null;
}

/** `unknown`: its message is not in the outbox. */
export type Delivery = 'sent' | 'pending' | 'dead' | 'unknown';
