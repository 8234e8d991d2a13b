import type { StoredFinding } from '../answers/ports.ts';
import { severities } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { code, list, type Part, type Span, strong } from './document.ts';

/** How many rules a list spells out before it says how many more there are. */
const RULES_SHOWN = 40;

/** `3 critical, 1 high`, worst first; `none` for an empty list. */
export function severityCounts(findings: readonly { severity: string }[]): string {
  const counts = [...severities]
    .reverse()
    .map((severity) => [findings.filter((f) => f.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  return counts.join(', ') || 'none';
}

/** One line per rule and host, worst first: severity, rule, where, and what was seen. */
export function findingsByRule(findings: readonly StoredFinding[]): Part[] {
  const groups = new Map<string, StoredFinding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.severity, finding.rule, finding.host]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const all = [...groups.values()];
  // After a first scan everything is new, which says nothing.
  const isBaseline = findings.every(({ baselineState }) => baselineState === 'new');
  const lines = all.slice(0, RULES_SHOWN).map((group) => toLine(group, isBaseline));
  const hidden = all.slice(RULES_SHOWN).flat().length;
  if (hidden > 0) lines.push([`… and ${counted(hidden, 'more finding')}; narrow the question.`]);
  return list(lines);
}

function toLine(group: readonly StoredFinding[], isBaseline: boolean): Span[] {
  const [first] = group;
  if (!first) return [];
  const subjects = group.flatMap((finding) => finding.subjects);
  const what = group.length === 1 ? `: ${first.message}` : '';
  const unverified = group.filter(({ unverifiedReason }) => unverifiedReason !== null).length;
  const news = group.filter(({ baselineState }) => baselineState === 'new').length;
  const marks = [
    ...(news > 0 && !isBaseline ? [`${news} new`] : []),
    ...(unverified > 0 ? [`${unverified} not verified again`] : []),
  ];
  const mark = marks.length > 0 ? ` (${marks.join(', ')})` : '';
  const where =
    first.subjectKind === 'engine'
      ? `engine of ${first.host}`
      : `${listed(subjects)} on ${first.host}`;
  return [strong(first.severity), ' ', code(first.rule), ` ${where}${what}${mark}`];
}
