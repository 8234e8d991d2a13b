import type { AnswerBase } from '../answers/answer-base.ts';
import type { ExplainedTerm } from '../answers/explained-term.ts';
import type { HostState } from '../answers/host-state.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Rule } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { findingActions } from './actions.ts';
import { code, heading, note, paragraph, strong, type View } from './document.ts';
import { termParts } from './explain-term.ts';
import { hostNotes, undecidedNotes } from './host-notes.ts';

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

export const explain: View<ExplainAnswer> = ({
  topic,
  term,
  rules,
  ambiguity,
  hosts,
  takenAt,
  next,
}) => ({
  headline:
    rules.map(({ rule }) => `${rule.id}: ${rule.title}`).join(' · ') ||
    (term ? `${term.name}, explained` : topic),
  summary: [
    ...(ambiguity ? [note(ambiguity)] : []),
    ...(term
      ? termParts(
          term,
          hosts.some(({ lastGoodScanAt }) => lastGoodScanAt !== null),
        )
      : []),
    ...rules.flatMap(({ rule, here, undecided }) => {
      const subjects = here.flatMap((f) => f.subjects.map((subject) => `${subject} on ${f.host}`));
      const isKnown = hosts.some(({ lastScanAt }) => lastScanAt !== null);
      const nowhere = isKnown ? 'no open finding' : 'unknown, nothing was scanned yet';
      return [
        heading(rule.title),
        paragraph(code(rule.id), ` ${rule.severity}, judges each ${rule.subject}`),
        paragraph(strong('Why: '), rule.rationale),
        paragraph(strong('Fix: '), rule.remediation),
        paragraph(strong('References: '), rule.controls.join(', ') || 'Seawall’s own'),
        paragraph(
          strong('Here: '),
          subjects.length > 0
            ? `${counted(subjects.length, `failing ${rule.subject}`)}: ${listed(subjects, 10)}`
            : nowhere,
        ),
        ...undecidedNotes(undecided.map((missing) => ({ ...missing, rule: rule.id }))),
      ];
    }),
    ...hostNotes(
      hosts.filter(({ lastScanAt }) => lastScanAt !== null),
      takenAt,
    ),
  ],
  actions: findingActions(rules.flatMap(({ here }) => here)).filter(
    ({ label }) => !label.startsWith('Explain'),
  ),
  next,
});
