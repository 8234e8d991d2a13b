import type {
  ExposureGroup,
  FindingGroup,
  FindingPlace,
  ShortLivedContainer,
} from '../answers/digest-answer.ts';
import type { HostChanges } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { type Severity, severities } from '../rules/rule.ts';
import { HOUR_MS } from '../shared/time.ts';
import { isAccepted } from './accepted.ts';

/** A finding with what became of it. */
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

type OwnerOf = (finding: StoredFinding) => string | null;

/**
 * Sorts the changes since a time (epoch milliseconds) into news and the rest. What is accepted is no
 * news; what was accepted until then is, also when nothing else changed about it. `open` is all
 * that is open on the hosts now.
 */
export function sortForDigest(
  hosts: readonly HostChanges[],
  open: readonly StoredFinding[],
  { since, now }: { since: number; now: number },
): SortedChanges {
  const changes = hosts.flatMap((host) => host.changes);
  const moved = changes.flatMap(({ before, after }): ChangedFinding[] => {
    if (after === null) return before ? [{ change: 'fixed', was: null, finding: before }] : [];
    if (before === null) return [{ change: 'new', was: null, finding: after }];
    const rise = rank(after.severity) - rank(before.severity);
    if (rise === 0) return [];
    return [{ change: rise > 0 ? 'worse' : 'milder', was: before.severity, finding: after }];
  });
  const isNews = ({ change }: ChangedFinding) => change === 'new' || change === 'worse';
  const told = new Set(moved.filter(isNews).map(({ finding }) => keyOf(finding)));
  const lapsed = open
    .filter((finding) => !told.has(keyOf(finding)) && endedWithin(finding, since, now))
    .map((finding): ChangedFinding => ({ change: 'lapsed', was: null, finding }));
  const news = moved.filter(isNews);
  const passing = hosts
    .flatMap((host) => host.passing)
    .map((finding): ChangedFinding => ({ change: 'passing', was: null, finding }));
  return {
    news: [...news.filter(({ finding }) => !isAccepted(finding)), ...lapsed],
    better: [...moved.filter((one) => !isNews(one)), ...passing],
    newAccepted: news.filter(({ finding }) => isAccepted(finding)).length,
  };
}

const rank = (severity: Severity): number => severities.indexOf(severity);
const keyOf = ({ host, fingerprint }: StoredFinding): string => JSON.stringify([host, fingerprint]);

/** True when the acceptance of a finding ended in this time, by itself or by a person. */
function endedWithin({ acceptance }: StoredFinding, since: number, now: number): boolean {
  if (acceptance === null || acceptance.state === 'in-force') return false;
  const end = acceptance.state === 'expired' ? acceptance.until : acceptance.ended?.at;
  const endedAt = Date.parse(end ?? acceptance.until);
  return endedAt > since && endedAt <= now;
}

/** Why a finding that was accepted counts again; null when it never was. */
function whyNotAccepted({ acceptance }: StoredFinding): string | null {
  if (acceptance === null || acceptance.state === 'in-force') return null;
  const { ended, until, state } = acceptance;
  if (state === 'expired') return `its acceptance expired on ${until.slice(0, 10)}`;
  if (state === 'voided') return `its acceptance is void: ${ended?.why ?? 'the facts changed'}`;
  return `its acceptance was ${state} by ${ended?.by ?? 'someone'}`;
}

/** Equal findings as one group each: worst first, then by how many there are. */
export function groupFindings(
  changed: readonly ChangedFinding[],
  ownerOf: OwnerOf,
): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const { change, was, finding } of changed) {
    const { rule, severity } = finding;
    const key = JSON.stringify([change, was, severity, rule]);
    const group = groups.get(key) ?? { change, rule, severity, was, places: [] };
    groups.set(key, group);
    group.places.push(toPlace(finding, ownerOf));
  }
  return [...groups.values()].sort(
    (a, b) =>
      rank(b.severity) - rank(a.severity) ||
      b.places.length - a.places.length ||
      (a.rule < b.rule ? -1 : 1),
  );
}

function toPlace(finding: StoredFinding, ownerOf: OwnerOf): FindingPlace {
  const { host, fingerprint, subjectKind, subjects, message } = finding;
  const why = whyNotAccepted(finding);
  return { host, fingerprint, subjectKind, subjects, message, why, owner: ownerOf(finding) };
}

const serious: readonly Severity[] = ['high', 'critical'];

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
    .sort((a, b) => rank(b.severity) - rank(a.severity) || b.hours - a.hours);
}

/**
 * Containers that appeared after a time (epoch milliseconds) and are gone. What a first scan found did not
 * appear then, so it is left out.
 */
export function shortLivedSince(
  since: number,
  gone: readonly StoredContainer[],
  changes: readonly HostChanges[],
): ShortLivedContainer[] {
  const bases = new Map(changes.map(({ host, from }) => [host, Math.max(since, Date.parse(from))]));
  return gone.flatMap(({ host, facts, facets, firstSeen, removedAt }) => {
    const base = bases.get(host);
    if (removedAt === null || base === undefined || Date.parse(firstSeen) <= base) return [];
    return [{ host, name: facts.name, image: facts.imageReference, facets, firstSeen, removedAt }];
  });
}
