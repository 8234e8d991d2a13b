import { isAccepted } from '../inspections/accepted.ts';
import type { FindingName } from '../ports/intent.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { gravestFirst } from '../rules/rule.ts';
import { listed, quoteWord } from '../shared/text.ts';
import type { Action, Document } from './document.ts';

/** Findings of one answer that get buttons. */
const FINDINGS_MAX = 3;

export const run = (label: string, line: string, about: FindingName | null = null): Action => ({
  label,
  intent: { kind: 'run', line, about },
});

/**
 * What can be done about the worst of a few findings; the next worst lead to their evidence. With
 * more than one the labels say which is meant.
 */
export function findingActions(findings: readonly StoredFinding[]): Action[] {
  const [worst, ...others] = findings.toSorted(gravestFirst).slice(0, FINDINGS_MAX);
  if (worst === undefined) return [];
  const which = findings.length > 1 ? ` ${shortName(worst)}` : '';
  const { host, fingerprint } = worst;
  const about = { host, fingerprint };
  return [
    run(`Explain${which}`, `explain ${worst.rule}`),
    run(`Evidence${which}`, findingLine('why', about, '--evidence'), about),
    run(`Fix${which}`, findingLine('why', about, '--fix'), about),
    isAccepted(worst)
      ? run(`Take back${which}`, findingLine('unaccept', about), about)
      : { label: `Accept${which} …`, intent: { kind: 'accept', finding: about } },
    ...others.map((other) =>
      run(`Evidence ${shortName(other)}`, findingLine('why', other, '--evidence'), {
        host: other.host,
        fingerprint: other.fingerprint,
      }),
    ),
  ];
}

/** The buttons of a document in their order: its own, then its lines that no other button runs. */
export function actionsOf({ actions = [], next }: Pick<Document, 'actions' | 'next'>): Action[] {
  const lines = actions.map(({ intent }) => (intent.kind === 'run' ? intent.line : ''));
  const rest = [...new Set(next)].filter((line) => line.trim() !== '' && !lines.includes(line));
  return [...actions, ...rest.map((line) => run(line, line))];
}

/** A line that names one finding whole, so that it never fits another. */
const findingLine = (verb: string, { host, fingerprint }: FindingName, flag?: string): string =>
  [verb, fingerprint, 'on', quoteWord(host), ...(flag ? [flag] : [])].join(' ');

const shortName = ({ rule, subjects, subjectKey }: StoredFinding) =>
  `${rule} ${listed(subjects.length > 0 ? subjects : [subjectKey], 1)}`;
