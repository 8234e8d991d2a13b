import type { SeverityChange } from '../answers/diff-answer.ts';
import type {
  DigestAnswer,
  DigestHost,
  ExposureGroup,
  FindingGroup,
  FindingPlace,
} from '../answers/digest-answer.ts';
import type { HostChanges } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { gravestFirst, type Severity } from '../rules/rule.ts';
import { HOUR_MS } from '../shared/time.ts';
import { sortNews } from './finding-changes.ts';
import { groupHosts, groupLabel } from './host-groups.ts';

export interface ChangedFinding {
  change: FindingGroup['change'];
  was: Severity | null;
  finding: StoredFinding;
}

/** What a digest tells of, and how many new findings were accepted before it could. */
export interface SortedChanges {
  news: ChangedFinding[];
  better: ChangedFinding[];
  newAccepted: number;
}

export type OwnerOf = (finding: StoredFinding) => string | null;

/** Sorts the changes since a time (epoch milliseconds) into news and the rest, as `sortNews` does. */
export function sortForDigest(
  hosts: readonly HostChanges[],
  open: readonly StoredFinding[],
  times: { since: number; now: number },
): SortedChanges {
  const sorted = sortNews(hosts, open, times);
  const as = (change: ChangedFinding['change'], findings: readonly StoredFinding[]) =>
    findings.map((finding): ChangedFinding => ({ change, was: null, finding }));
  const moved = (change: ChangedFinding['change'], changes: readonly SeverityChange[]) =>
    changes.map((one): ChangedFinding => ({ change, ...one }));
  return {
    news: [
      ...as('new', sorted.new),
      ...moved('worse', sorted.worse),
      ...as('lapsed', sorted.lapsed),
    ],
    better: [
      ...as('fixed', sorted.fixed),
      ...moved('milder', sorted.milder),
      ...as('passing', sorted.passing),
    ],
    newAccepted: sorted.newAccepted.length,
  };
}

/** A fingerprint is hexadecimal. */
const keyOf = ({ host, fingerprint }: StoredFinding): string => `${fingerprint} ${host}`;

/** Why a finding that was accepted counts again; null when it never was. */
function whyNotAccepted({ acceptance }: StoredFinding): string | null {
  if (acceptance === null || acceptance.state === 'in-force') return null;
  const { ended, until, state } = acceptance;
  if (state === 'expired') return `its acceptance expired on ${until.slice(0, 10)}`;
  if (state === 'voided') return `its acceptance is void: ${ended?.why ?? 'the facts changed'}`;
  return `its acceptance was ${state} by ${ended?.by ?? 'someone'}`;
}

/** Equal findings as one group each: worst first, then by how many there are. */
export function groupFindings(changed: Iterable<ChangedFinding>, ownerOf: OwnerOf): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const { change, was, finding } of changed) {
    const { rule, severity } = finding;
    const key = `${change} ${was} ${severity} ${rule}`;
    const group = groups.get(key) ?? { change, rule, severity, was, places: [] };
    groups.set(key, group);
    group.places.push(toPlace(finding, ownerOf));
  }
  return [...groups.values()].sort(
    (a, b) => gravestFirst(a, b) || b.places.length - a.places.length || (a.rule < b.rule ? -1 : 1),
  );
}

/** The same of findings that are open, of which there are too many to keep each with what became of it. */
export const groupOpen = (findings: readonly StoredFinding[], ownerOf: OwnerOf): FindingGroup[] =>
  groupFindings(asOpen(findings), ownerOf);

function* asOpen(findings: readonly StoredFinding[]): Generator<ChangedFinding> {
  for (const finding of findings) yield { change: 'open', was: null, finding };
}

function toPlace(finding: StoredFinding, ownerOf: OwnerOf): FindingPlace {
  const { host, fingerprint, subjectKind, subjects, message, unverifiedReason } = finding;
  return {
    ...{ host, fingerprint, subjectKind, subjects, message, owner: ownerOf(finding) },
    ...{ why: whyNotAccepted(finding), unverified: unverifiedReason },
  };
}

/** Severities of which hours are counted. */
export const serious: readonly Severity[] = ['high', 'critical'];

/**
 * Hours for which serious findings were open since a time (epoch milliseconds), by rule and
 * severity. A finding counts from its first to its last sighting: what two scans saw is taken to
 * last between them, what was seen once has no length yet, and what no scan saw is not known. One
 * that `changed` from a lesser severity is left out, since how long it is serious is not known.
 */
export function exposureSince(
  since: number,
  findings: readonly StoredFinding[],
  changed: readonly ChangedFinding[],
): ExposureGroup[] {
  const risen = new Set(
    changed.flatMap(({ was, finding }) =>
      was !== null && !serious.includes(was) ? keyOf(finding) : [],
    ),
  );
  const groups = new Map<string, ExposureGroup & { ms: number }>();
  for (const finding of findings) {
    const { rule, severity, host, firstSeen, lastSeen } = finding;
    const ms = Date.parse(lastSeen) - Math.max(since, Date.parse(firstSeen));
    if (ms <= 0 || !serious.includes(severity) || risen.has(keyOf(finding))) continue;
    const key = JSON.stringify([rule, severity]);
    const group = groups.get(key) ?? {
      ...{ rule, severity, hours: 0, findings: 0, hosts: [], oldest: firstSeen, ms: 0 },
    };
    groups.set(key, group);
    group.ms += ms;
    group.findings += 1;
    if (!group.hosts.includes(host)) group.hosts.push(host);
    if (firstSeen < group.oldest) group.oldest = firstSeen;
  }
  return [...groups.values()]
    .map(({ ms, ...group }) => ({ ...group, hours: Math.round(ms / HOUR_MS) }))
    .sort((a, b) => gravestFirst(a, b) || b.hours - a.hours);
}

/** Groups of hosts, each with what is new and what is better on it; `groupBy` as of `groupLabel`. */
export function digestHostGroups(
  states: readonly DigestHost[],
  groupBy: string | null,
  { news, better }: { news: readonly FindingGroup[]; better: readonly FindingGroup[] },
): DigestAnswer['groups'] {
  const label = groupLabel(states, groupBy);
  if (label === null) return [];
  const countBy = (groups: readonly FindingGroup[]) => {
    const counts = new Map<string, number>();
    for (const { host } of groups.flatMap(({ places }) => places)) {
      counts.set(host, (counts.get(host) ?? 0) + 1);
    }
    return counts;
  };
  const [newOn, betterOn] = [countBy(news), countBy(better)];
  const sumOn = (counts: ReadonlyMap<string, number>, value: string | null) =>
    states
      .filter(({ labels }) => (labels[label] ?? null) === value)
      .reduce((sum, { name }) => sum + (counts.get(name) ?? 0), 0);
  const grouped = states.map((state) => ({
    ...state,
    isUnread: state.state === 'down' || state.state === 'never',
  }));
  return groupHosts(grouped, label).map((group) => ({
    ...group,
    news: sumOn(newOn, group.value),
    better: sumOn(betterOn, group.value),
  }));
}
