import type { HostJudgements } from '../answers/host-state.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { Rule } from '../rules/rule.ts';

/** What the store knows of the findings of some hosts. */
export interface StoredState {
  /** Of Seawall. */
  version: string;
  /** ISO time of the export. */
  takenAt: string;
  rules: readonly Pick<
    Rule,
    'id' | 'title' | 'severity' | 'subject' | 'controls' | 'rationale' | 'remediation'
  >[];
  /** With the judgements that their last scans could not make. */
  hosts: readonly HostJudgements[];
  findings: readonly StoredFinding[];
}
