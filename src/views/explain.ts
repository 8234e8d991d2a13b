import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { ExplainedTerm } from '../inspections/explain-term.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { Rule } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { findingActions } from './actions.ts';
import {
  code,
  heading,
  inWords,
  list,
  note,
  type Parts,
  paragraph,
  type Span,
  strong,
  type View,
} from './document.ts';
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
}) => ({
  headline:
    rules.map(({ rule }) => `${rule.id}: ${rule.title}`).join(' · ') ||
    (term ? `${term.name}, explained` : topic),
  summary: [
    ambiguity && note(ambiguity),
    term && termParts(term, hosts),
    ...rules.flatMap(({ rule, here, undecided }) => {
      const subjects = here.flatMap((f) => f.subjects.map((subject) => `${subject} on ${f.host}`));
      const isKnown = hosts.some(({ lastScanAt }) => lastScanAt !== null);
      const nowhere = isKnown ? 'no open finding' : 'unknown, nothing was scanned yet';
      return [
        heading(rule.title),
        paragraph(code(rule.id), ` ${rule.severity}, judges each ${rule.subject}`),
        paragraph(strong('Why: '), ...inWords(rule.rationale)),
        paragraph(strong('Fix: '), ...inWords(rule.remediation)),
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
});

/** A term: what it is, where it applies here, which rules judge it. */
function termParts(term: ExplainedTerm, hosts: readonly HostState[]): Parts {
  const wasScanned = hosts.some(({ lastGoodScanAt }) => lastGoodScanAt !== null);
  return [
    heading(term.name),
    paragraph(...inWords(term.text)),
    ...containerParts(term, wasScanned),
    ...list(term.facts.map(({ host, fact }) => [strong(host), `: ${fact}`])),
    term.related.length > 0 && paragraph(strong('Rules that judge it')),
    ...list(term.related.map((rule) => relatedLine(rule, wasScanned))),
    note('Read on: ', term.source),
  ];
}

function containerParts({ containers, facts, related }: ExplainedTerm, wasScanned: boolean): Parts {
  const here = strong('Here: ');
  if (!wasScanned) return [paragraph(here, 'unknown, nothing was scanned yet')];
  if (containers === null) {
    return facts.length + related.length > 0
      ? []
      : [paragraph(here, 'Seawall stores no fact that shows it')];
  }
  const { label, found, unsure, total } = containers;
  const names = (list: readonly { host: string; name: string }[]) =>
    listed(
      list.map(({ host, name }) => `${name} on ${host}`),
      10,
    );
  const number = found.length === 0 ? 'none' : String(found.length);
  const which = found.length === 0 ? '' : `: ${names(found)}`;
  return [
    paragraph(here, `${label}: ${number} of ${counted(total, 'container')}${which}`),
    unsure.length > 0 && note(`Could not be judged: ${names(unsure)}.`),
  ];
}

function relatedLine(
  { id, title, open, unknown }: ExplainedTerm['related'][number],
  wasScanned: boolean,
): Span[] {
  const state = [
    open.length > 0 ? counted(open.length, 'open finding') : 'no open finding',
    ...(unknown > 0 ? [`${unknown} not judged`] : []),
  ].join(', ');
  return [code(id), ` ${title}${wasScanned ? `: ${state}` : ''}`];
}
