import type { FindingGroup, FindingPlace } from '../answers/digest-answer.ts';
import type { BlindInterval } from '../ports/past.ts';
import { clamp, counted, listed } from '../shared/text.ts';
import { code, list, marked, type Part, type Span, singularSubjects, strong } from './document.ts';
import { causesOf } from './host-notes.ts';
import type { localTimes } from './local-time.ts';

export type Times = ReturnType<typeof localTimes>;

/** Names are identities in other answers; here they are cut so that a line stays a line. */
const NAME_LENGTH = 60;
const MESSAGE_LENGTH = 160;
const REASON_LENGTH = 120;

export const short = (name: string): string => clamp(name, NAME_LENGTH);

/** `1 new, 2 worse, 3 fixed or gone`; empty when there is nothing. */
export function changeCounts(groups: readonly FindingGroup[]): string {
  const words = {
    new: 'new',
    worse: 'worse',
    lapsed: 'no longer accepted',
    fixed: 'fixed or gone',
    milder: 'less severe',
    passing: 'opened and closed again',
    open: 'open',
  } as const;
  const kinds = Object.keys(words) as (keyof typeof words)[];
  return kinds
    .map((kind) => [findingsIn(groups.filter(({ change }) => change === kind)), kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${words[kind]}`)
    .join(', ');
}

export const findingsIn = (groups: readonly FindingGroup[]): number =>
  groups.reduce((sum, { places }) => sum + places.length, 0);

/** The groups with only those of their findings that `isWanted`, empty ones left out. */
export const narrowed = (
  groups: readonly FindingGroup[],
  isWanted: (place: FindingPlace) => boolean,
): FindingGroup[] =>
  groups
    .map((group) => ({ ...group, places: group.places.filter(isWanted) }))
    .filter(({ places }) => places.length > 0);

/**
 * One line per group, and one that counts the findings which are not shown; `elsewhere` says where
 * they are. Below the name of a host that name is left out of the lines.
 */
export function groupList(
  groups: readonly FindingGroup[],
  most: number,
  elsewhere: readonly Span[],
  isBelowHost = false,
): Part[] {
  const hidden = findingsIn(groups.slice(most));
  const lines = groups.slice(0, most).map((group) => groupLine(group, isBelowHost));
  if (hidden > 0) lines.push([`… and ${counted(hidden, 'more finding')}: `, ...elsewhere]);
  return list(lines);
}

/** One group of findings: how grave, which rule, where, and what was seen. */
export function groupLine(
  { change, severity, was, rule, places }: FindingGroup,
  isBelowHost = false,
): Span[] {
  const messages = new Set(places.map(({ message }) => message));
  const [message = ''] = messages;
  const times = places.length > 1 ? ` ×${places.length}` : '';
  const kind = change === 'milder' ? ' (milder)' : '';
  const remarks = remarksOf(places).join('; ');
  return [
    ...(was === null ? [] : [`${was} → `]),
    marked(severity),
    ' ',
    code(rule),
    `${times} ${whereText(places, isBelowHost)}`,
    messages.size === 1 ? `: ${clamp(message, MESSAGE_LENGTH)}` : '',
    kind,
    remarks === '' ? '' : ` (${remarks})`,
  ];
}

/** What became of acceptances, and what was not verified again, each with in how many places if not in all. */
function remarksOf(places: readonly FindingPlace[]): string[] {
  const whys = places.flatMap(({ why }) => why ?? []);
  const reasons = places.flatMap(({ unverified }) => unverified ?? []);
  const part = ({ length }: readonly string[]) =>
    length < places.length ? `${length} of ${places.length}` : '';
  const shown = [...new Set(whys)].map((why) => clamp(why, REASON_LENGTH));
  const ended = [part(whys), listed(shown, 1)].filter((text) => text !== '').join(': ');
  const unverified = [part(reasons), `not verified again: ${causesOf(reasons)}`];
  return [
    ...(whys.length > 0 ? [ended] : []),
    ...(reasons.length > 0 ? [unverified.filter((text) => text !== '').join(' ')] : []),
  ];
}

/** `ci, web and 3 more on web-1, web-2; db on web-3; 4 more hosts`. */
export function whereText(places: readonly Place[], isBelowHost: boolean): string {
  const byHost = [...Map.groupBy(places, ({ host }) => host)];
  const [kind] = places.map(({ subjectKind }) => subjectKind);
  if (kind !== undefined && isBelowHost && singularSubjects.includes(kind)) return kind;
  if (kind !== undefined && singularSubjects.includes(kind)) {
    const names = byHost.map(([host]) => short(host));
    return kind === 'host' ? `on ${listed(names, 4)}` : `${kind} of ${listed(names, 4)}`;
  }
  const namesOn = (found: readonly Place[], most: number) =>
    listed([...new Set(found.flatMap(({ subjects }) => subjects))].map(short), most);
  if (isBelowHost) return namesOn(places, 5);
  // Replicas have the same names everywhere.
  const alike = [...Map.groupBy(byHost, ([, found]) => namesOn(found, 3))];
  const shown = alike.slice(0, 2).map(([names, onHosts]) => {
    const hosts = onHosts.map(([host]) => short(host));
    return `${names} on ${listed(hosts, 3)}`;
  });
  const hidden = alike.slice(2).reduce((sum, [, onHosts]) => sum + onHosts.length, 0);
  return [...shown, ...(hidden > 0 ? [`${counted(hidden, 'more host')}`] : [])].join('; ');
}

type Place = Pick<FindingPlace, 'host' | 'subjectKind' | 'subjects'>;

/** Since when a host cannot be read or watched, or for how long it could not; with the cause. */
export function blindLine(blind: BlindInterval, times: Times): Span[] {
  const { kind, host, from, to, failedScans, cause } = blind;
  const until = to === null ? `since ${times.time(from)}` : spanText(from, to, times);
  if (kind === 'watch') {
    return [
      strong(short(host)),
      to === null ? ' is not watched ' : ' was not watched ',
      `${until}: what came and went then may be missing (${clamp(cause, REASON_LENGTH)})`,
    ];
  }
  const scans = `${counted(failedScans, 'scan')} failed`;
  return [
    strong(short(host)),
    to === null ? ' cannot be read ' : ' could not be read ',
    `${until} (${scans}: ${clamp(cause, REASON_LENGTH)})`,
  ];
}

const spanText = (from: string, to: string, times: Times): string =>
  `from ${times.time(from)} to ${times.time(to)}`;

/** Findings that are new or worse and accepted already, at least one. */
export const newAcceptedText = (count: number): string =>
  `${counted(count, 'new or worse finding')} accepted already`;
