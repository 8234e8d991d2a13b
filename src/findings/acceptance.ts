import { type Severity, severities } from '../rules/rule.ts';
import { DAY_MS } from '../shared/time.ts';
import { type Binding, bindingChanges } from './binding.ts';
import type { BindingPart, CurrentFinding } from './result.ts';

/** Who did something. `id` is stable, `place` where it was done: a channel, or `terminal`. */
export interface Actor {
  id: string;
  name: string;
  place: string;
  /** IANA name of the zone whose wall clock the person reads; left out when it is not known. */
  timeZone?: string;
}

/** Who does something, and when (epoch milliseconds). */
export interface DoneBy {
  actor: Actor;
  at: number;
}

/** How a decision ended before its time. */
export interface Ending {
  /** ISO time. */
  at: string;
  by: string;
  kind: 'withdrawn' | 'replaced' | 'voided';
  why: string;
}

/** A decision of a person that holds until a day, and can end before. */
export interface Decision {
  reason: string;
  by: string;
  /** ISO times. */
  madeAt: string;
  until: string;
  ended: Ending | null;
}

/** A risk that someone accepted: this finding, as long as it looks like this. */
export interface Acceptance
  extends Decision,
    Pick<CurrentFinding, 'fingerprint' | 'rule' | 'subjectKind' | 'subjectKey' | 'severity'> {
  host: string;
  binding: BindingPart[];
}

export type DecisionState = 'in-force' | 'expired' | Ending['kind'];

/** Longest time for which a decision may hold. */
export const DECISION_DAYS_MAX = 366;
/** Characters of its reason. */
export const REASON_LENGTH_MAX = 500;
/** Decisions that end within this time are said to expire soon. */
export const EXPIRING_DAYS = 14;

/** State of a decision at a time (epoch milliseconds). It never holds at or after its expiry. */
export function decisionState(decision: Decision, at: number): DecisionState {
  const { ended } = decision;
  const endedAt = ended === null ? Number.POSITIVE_INFINITY : Date.parse(ended.at);
  const until = Date.parse(decision.until);
  if (ended !== null && at >= endedAt && endedAt < until) return ended.kind;
  return at < until ? 'in-force' : 'expired';
}

/** True when a decision in force ends within `EXPIRING_DAYS`. */
export function isExpiring(decision: Decision, at: number): boolean {
  const left = Date.parse(decision.until) - at;
  return decisionState(decision, at) === 'in-force' && left <= EXPIRING_DAYS * DAY_MS;
}

/**
 * Why an acceptance does not fit a finding as it is now, a phrase each; empty when it fits. It is
 * void when the severity rose or a fact it is bound to changed.
 */
export function voidReasons(
  accepted: { severity: Severity; binding: Binding },
  current: { severity: Severity; binding: Binding },
): string[] {
  const rose = severities.indexOf(current.severity) > severities.indexOf(accepted.severity);
  return [
    ...(rose ? [`the severity rose from ${accepted.severity} to ${current.severity}`] : []),
    ...bindingChanges(accepted.binding, current.binding),
  ];
}
