import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Rule } from '../rules/rule.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** A term with where it applies here. */
export interface ExplainedTerm {
  id: string;
  name: string;
  text: string;
  source: string;
  /** Containers that it is about; null when it is about none, or when nothing was scanned yet. */
  containers: {
    /** What the list is headed by, e.g. `Sharing the host’s`. */
    label: string;
    found: { host: string; name: string }[];
    /** Those for which it could not be judged. */
    unsure: { host: string; name: string }[];
    total: number;
  } | null;
  facts: { host: string; fact: string }[];
  /** Rules that judge it, without those that are explained in full. */
  related: { id: string; title: string; open: StoredFinding[]; unknown: number }[];
}

export interface ExplainAnswer extends AnswerBase {
  kind: 'explain';
  /** What was asked for, e.g. `cis-1.6:5.5` or `seccomp`. */
  topic: string;
  /** What the word means, when it is a term. */
  term: ExplainedTerm | null;
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
