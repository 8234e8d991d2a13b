import type { AcceptedFinding } from '../answers/finding-answers.ts';
import { countBySeverity, type SeverityCounts, severitiesIn } from '../findings/severity-counts.ts';
import { shortFingerprint } from '../inspections/find-finding.ts';
import { groupOrder } from '../inspections/paging.ts';
import type { People } from '../inspections/people-named.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { gravestFirst, type Severity, severities } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { alikeGroups, hostsText } from './alike-hosts.ts';
import { whereText } from './digest-lines.ts';
import {
  code,
  list,
  marked,
  note,
  type Part,
  present,
  type Span,
  singularSubjects,
  strong,
} from './document.ts';
import { causesOf } from './host-notes.ts';

/** How many rules a list spells out before it says how many more there are. */
const RULES_SHOWN = 40;

/** `3 critical, 1 high`, worst first; `none` for an empty list. */
export const severityCounts = (findings: readonly { severity: Severity }[]): string =>
  countsText(countBySeverity(findings));

export function countsText(counts: SeverityCounts): string {
  const said = severitiesIn(counts)
    .reverse()
    .map((severity) => `${counts[severity]} ${severity}`);
  return said.join(', ') || 'none';
}

/** What else is said at the end of the line of a group. */
type SpansOf = (group: readonly StoredFinding[]) => readonly Span[];

const nothing: SpansOf = () => [];

/**
 * One line per rule and host, worst first: severity, rule, where, and what was seen; hosts of which it would be the same
 * have one together. A finding is named to other commands by its code or by rule and subject. `markOf` has more to say of a group,
 * and `spansOf` what stands at its end.
 */
export function findingsByRule(
  findings: readonly StoredFinding[],
  markOf: (group: readonly StoredFinding[]) => string[] = () => [],
  spansOf: SpansOf = nothing,
): Part[] {
  const keyOf = ({ severity, rule, host }: StoredFinding) => JSON.stringify([severity, rule, host]);
  // After a first scan everything is new, which says nothing.
  const isBaseline = findings.every(({ baselineState }) => baselineState === 'new');
  const all = acrossHosts([...Map.groupBy(findings, keyOf).values()], isBaseline, spansOf);
  const lines = all
    .slice(0, RULES_SHOWN)
    .map((group) => [...toLine(group, isBaseline, markOf(group)), ...spansOf(group)]);
  const hidden = all.slice(RULES_SHOWN).flat().length;
  if (hidden > 0) lines.push([`… and ${counted(hidden, 'more finding')}; narrow the question.`]);
  return list(lines);
}

/** The first findings, as `findingOrder` sorts them, of which `findingsByRule` has a line each or one for several hosts. */
export const firstLines = (
  findings: readonly StoredFinding[],
  spansOf: SpansOf = nothing,
): StoredFinding[] => firstGroups(findings, (group) => lineOf(group, false, spansOf));

/** The first findings of one severity, rule and host each, as far as their groups have no more keys than a list has lines. */
export function firstGroups(
  findings: readonly StoredFinding[],
  keyOf: (group: readonly StoredFinding[]) => string = (group) =>
    group.slice(0, 1).map(groupOrder).join(),
): StoredFinding[] {
  const groups = [...Map.groupBy(findings, groupOrder).values()];
  const keys = new Set<string>();
  const end = groups.findIndex((group) => keys.add(keyOf(group)).size > RULES_SHOWN);
  return (end === -1 ? groups : groups.slice(0, end)).flat();
}

/** Groups of one host each, of which those that differ by the host, and for how long they were open, alone are one. */
function acrossHosts(
  groups: readonly StoredFinding[][],
  isBaseline: boolean,
  spansOf: SpansOf,
): StoredFinding[][] {
  const all = groups.map((group) => ({ host: group[0]?.host ?? '', group }));
  return alikeGroups(all, ({ group }) => lineOf(group, isBaseline, spansOf)).map((alike) =>
    alike.flatMap(({ group }) => group),
  );
}

/** What the groups of two hosts that have one line have in common. */
const lineOf = (group: readonly StoredFinding[], isBaseline: boolean, spansOf: SpansOf): string =>
  JSON.stringify([
    toLine(
      group.map((one) => ({ ...one, host: '', fingerprint: '' })),
      isBaseline,
      [],
    ),
    group.flatMap(({ subjects }) => subjects).toSorted(),
    spansOf(group),
  ]);

/** The same with one line per rule: of a fleet a list by hosts would say one rule again and again. */
export function findingsAcrossHosts(findings: readonly StoredFinding[]): Part[] {
  const keyOf = ({ severity, rule }: StoredFinding) => JSON.stringify([severity, rule]);
  const groups = [...Map.groupBy(findings, keyOf).values()].sort(byGravityOfFirst);
  const lines = groups.slice(0, RULES_SHOWN).map(acrossLine);
  const hidden = groups.slice(RULES_SHOWN).flat().length;
  const more = hidden > 0 && [`… and ${counted(hidden, 'more finding')}; narrow the question.`];
  return list([...lines, more]);
}

const byGravityOfFirst = ([a]: readonly StoredFinding[], [b]: readonly StoredFinding[]): number =>
  a && b ? gravestFirst(a, b) : 0;

function acrossLine(group: readonly StoredFinding[]): Span[] {
  const [first] = group;
  const hosts = new Set(group.map(({ host }) => host)).size;
  if (first === undefined || hosts === 1) return toLine(group, false, []);
  const messages = new Set(group.map(({ message }) => message));
  return [
    marked(first.severity),
    ' ',
    code(first.rule),
    ` ×${group.length} on ${counted(hosts, 'host')}: ${whereText(group, false)}`,
    messages.size === 1 ? `: ${first.message}` : '',
  ];
}

function toLine(
  group: readonly StoredFinding[],
  isBaseline: boolean,
  more: readonly string[],
): Span[] {
  const [first] = group;
  if (!first) return [];
  const messages = new Set(group.map(({ message }) => message));
  const isOneEach = group.length === new Set(group.map(({ host }) => host)).size;
  const what = isOneEach && messages.size === 1 ? `: ${first.message}` : '';
  const news = group.filter(({ baselineState }) => baselineState === 'new').length;
  const marks = [
    ...(news > 0 && !isBaseline ? [`${news} new`] : []),
    ...unverifiedText(group),
    ...new Set(group.flatMap((finding) => lapsedText(finding) ?? [])),
    ...more,
  ];
  const mark = marks.length > 0 ? ` (${marks.join(', ')})` : '';
  return [
    marked(first.severity),
    ' ',
    code(first.rule),
    ' ',
    ...whereSpans(group),
    `${what}${mark}`,
  ];
}

/** How many of them a later scan could not judge, and by which causes; nothing where it could. */
function unverifiedText(group: readonly StoredFinding[]): string[] {
  const reasons = group.flatMap(({ unverifiedReason }) => unverifiedReason ?? []);
  return reasons.length === 0 ? [] : [`${reasons.length} not verified again: ${causesOf(reasons)}`];
}

const singularName = ({ subjectKind, host }: StoredFinding): string =>
  subjectKind === 'host' ? host : `${subjectKind} of ${host}`;

/** Subjects that a list spells out, and findings of each. */
const SUBJECTS_SHOWN = 40;
const OF_SUBJECT_SHOWN = 4;

/**
 * One line per container, image or engine, the one with the gravest findings first: what is wrong with
 * it, gravest first, and how much is new.
 */
export function findingsByContainer(
  findings: readonly StoredFinding[],
  spansOf: SpansOf = nothing,
): Part[] {
  const isBaseline = findings.every(({ baselineState }) => baselineState === 'new');
  const groups = [...Map.groupBy(findings, subjectOrder).values()]
    .map((group) => group.toSorted(gravestFirst))
    .sort(byGravity);
  const lines = groups
    .slice(0, SUBJECTS_SHOWN)
    .map((group) => [...subjectLine(group, isBaseline), ...spansOf(group)]);
  const hidden = groups.slice(SUBJECTS_SHOWN);
  return present([...list(lines), hidden.length > 0 && note(hiddenText(hidden))]);
}

const hiddenText = (groups: readonly (readonly StoredFinding[])[]): string =>
  `… and ${counted(groups.flat().length, 'more finding')} of ${counted(groups.length, 'more subject')}; narrow the question.`;

const subjectOrder = ({ host, subjectKind, subjectKey }: StoredFinding): string =>
  JSON.stringify([host, subjectKind, subjectKey]);

function byGravity(a: readonly StoredFinding[], b: readonly StoredFinding[]): number {
  const [first, second] = [countBySeverity(a), countBySeverity(b)];
  const differing = severities.findLast((severity) => first[severity] !== second[severity]);
  return differing === undefined ? 0 : second[differing] - first[differing];
}

function subjectLine(group: readonly StoredFinding[], isBaseline: boolean): Span[] {
  const [first] = group;
  if (!first) return [];
  const news = group.filter(({ baselineState }) => baselineState === 'new').length;
  const marks = [...(news > 0 && !isBaseline ? [`${news} new`] : []), ...unverifiedText(group)];
  const more = group.length - OF_SUBJECT_SHOWN;
  const isSingular = singularSubjects.includes(first.subjectKind);
  return [
    marked(first.severity),
    ' ',
    strong(isSingular ? singularName(first) : first.subjectKey),
    isSingular ? '' : ` on ${first.host}`,
    ` (${severityCounts(group)}): `,
    ...group
      .slice(0, OF_SUBJECT_SHOWN)
      .flatMap(({ rule }, index) => [index === 0 ? '' : ', ', code(rule)]),
    more > 0 ? ` and ${more} more` : '',
    marks.length > 0 ? ` (${marks.join(', ')})` : '',
  ];
}

/** A finding alone is followed by its code; in a group the rule and the name stand for it. */
function whereSpans(group: readonly StoredFinding[]): Span[] {
  const [first, ...others] = group;
  if (!first) return [];
  const isSingular = singularSubjects.includes(first.subjectKind);
  const hosts = hostsText(group.map(({ host }) => host));
  const names = [...new Set(group.flatMap(({ subjects }) => subjects))];
  const where = isSingular
    ? singularName({ ...first, host: hosts })
    : `${listed(names)} on ${hosts}`;
  return others.length > 0 ? [where] : [`${where} `, code(shortFingerprint(first.fingerprint))];
}

/** Why nobody accepts it any longer; null when nobody did, or somebody does. Silence would look like a mistake. */
export function lapsedText({ acceptance }: Pick<StoredFinding, 'acceptance'>): string | null {
  if (acceptance?.state === 'expired') {
    return `its acceptance expired on ${acceptance.until.slice(0, 10)}`;
  }
  if (acceptance?.state !== 'voided') return null;
  return `its acceptance is void: ${acceptance.ended?.why ?? 'the facts changed'}`;
}

/** One line per accepted finding: what, where, who, why and until when. `people` names those who are known by an id. */
export function acceptedLines(findings: readonly AcceptedFinding[], people: People = {}): Part[] {
  const lines = findings.slice(0, RULES_SHOWN).map((finding): Span[] => {
    const { by, reason, until } = finding.acceptance;
    return [
      marked(finding.severity),
      ' ',
      code(finding.rule),
      ' ',
      ...whereSpans([finding]),
      `: accepted by ${people[by] ?? by} until ${until.slice(0, 10)}: ${reason}`,
    ];
  });
  const hidden = findings.length - lines.length;
  return list([...lines, hidden > 0 && [`… and ${hidden} more; narrow the question.`]]);
}

/** The first accepted findings that one list spells out. */
export const firstAccepted = (findings: readonly StoredFinding[]): StoredFinding[] =>
  findings.slice(0, RULES_SHOWN);

/** `, 3 accepted`, or nothing. */
export const acceptedCountText = (count: number): string =>
  count > 0 ? `, ${count} accepted` : '';
