import type { AcceptedFinding } from '../answers/accepted.ts';
import { shortFingerprint } from '../answers/find-finding.ts';
import type { StoredFinding } from '../answers/ports.ts';
import { severities } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { code, list, type Part, type Span, strong } from './document.ts';

/** How many findings of one line have their names and codes spelled out. */
const FINDINGS_SHOWN = 5;
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

/**
 * One line per rule and host, worst first: severity, rule, where, and what was seen. Each finding
 * has the code that names it in other commands.
 */
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
  const what = group.length === 1 ? `: ${first.message}` : '';
  const unverified = group.filter(({ unverifiedReason }) => unverifiedReason !== null).length;
  const news = group.filter(({ baselineState }) => baselineState === 'new').length;
  const marks = [
    ...(news > 0 && !isBaseline ? [`${news} new`] : []),
    ...(unverified > 0 ? [`${unverified} not verified again`] : []),
    ...group.flatMap(lapsedMark),
  ];
  const mark = marks.length > 0 ? ` (${marks.join(', ')})` : '';
  return [
    strong(first.severity),
    ' ',
    code(first.rule),
    ' ',
    ...whereSpans(group),
    `${what}${mark}`,
  ];
}

function whereSpans(group: readonly StoredFinding[]): Span[] {
  const named = group.slice(0, FINDINGS_SHOWN).flatMap((finding, index): Span[] => {
    const name =
      finding.subjectKind === 'engine' ? `engine of ${finding.host}` : listed(finding.subjects);
    const before = index === 0 ? '' : ', ';
    return [`${before}${name} `, code(shortFingerprint(finding.fingerprint))];
  });
  const more = group.length - FINDINGS_SHOWN;
  const [first] = group;
  const host = first && first.subjectKind !== 'engine' ? ` on ${first.host}` : '';
  return [...named, `${more > 0 ? ` and ${more} more` : ''}${host}`];
}

/** Says that nobody accepts it any longer, and why: silence would look like a mistake. */
function lapsedMark({ acceptance }: StoredFinding): string[] {
  if (acceptance?.state === 'expired') {
    return [`its acceptance expired on ${acceptance.until.slice(0, 10)}`];
  }
  if (acceptance?.state !== 'voided') return [];
  return [`its acceptance is void: ${acceptance.ended?.why ?? 'the facts changed'}`];
}

/** One line per accepted finding: what, where, who, why and until when. */
export function acceptedLines(findings: readonly AcceptedFinding[]): Part[] {
  const lines = findings.slice(0, RULES_SHOWN).map((finding): Span[] => {
    const { by, reason, until } = finding.acceptance;
    return [
      strong(finding.severity),
      ' ',
      code(finding.rule),
      ' ',
      ...whereSpans([finding]),
      `: accepted by ${by} until ${until.slice(0, 10)}: ${reason}`,
    ];
  });
  const hidden = findings.length - lines.length;
  if (hidden > 0) lines.push([`… and ${hidden} more; narrow the question.`]);
  return list(lines);
}

/** `, 3 accepted`, or nothing. */
export const acceptedCountText = (count: number): string =>
  count > 0 ? `, ${count} accepted` : '';
