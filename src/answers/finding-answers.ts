import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { FixChange, Rule } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** The facts that one finding rests on. */
export interface EvidenceAnswer extends AnswerBase {
  kind: 'evidence';
  host: HostState;
  finding: StoredFinding;
  /** Each with a command that shows it on the host itself; null where there is none. */
  items: (Evidence & { command: string | null })[];
}

export interface FixAnswer extends AnswerBase {
  kind: 'fix';
  host: HostState;
  finding: StoredFinding;
  rule: Pick<Rule, 'id' | 'title' | 'remediation'>;
  /** The exact change for this subject; null where the rule has only words. */
  change: FixChange | null;
}

/** A finding whose risk someone accepted, for the time being. */
export type AcceptedFinding = StoredFinding & { acceptance: StoredAcceptance };
