import type {
  DigestAnswer,
  DigestHost,
  DigestHostState,
  DigestOwner,
  FindingGroup,
} from '../answers/digest-answer.ts';
import type { ControlName } from '../controls/control.ts';
import { isExpiring } from '../findings/acceptance.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { HostChanges } from '../ports/scan-store.ts';
import type { ControlGroup, StoredFinding } from '../ports/stored.ts';
import { once } from '../shared/once.ts';
import { DAY_MS, isoTime, isoTimeOrNull } from '../shared/time.ts';
import { splitAccepted } from './accepted.ts';
import { HOSTS_LISTED } from './count-open.ts';
import { bestFixesOf, hostsTold, readOpenBriefly, tellOpen } from './digest-findings.ts';
import {
  digestHostGroups,
  exposureSince,
  groupFindings,
  type SortedChanges,
  sortForDigest,
} from './digest-groups.ts';
import { type OwnerRouting, ownerLookup } from './finding-owners.ts';
import type { JudgedHost } from './first-screen.ts';
import {
  type DigestParts,
  type FoundForDigest,
  readForDigest,
  type ScannedHost,
} from './read-for-digest.ts';
import { shortLivedSince } from './short-lived.ts';

export interface DigestAsked {
  /** Local calendar day, and its time zone. */
  day: string;
  timezone: string;
  hosts: readonly HostDeclaration[];
  /** Names of hosts whose scan of this digest has not ended yet. */
  pending: readonly string[];
  /** Names of hosts of which this digest waits for no scan any more, and had none. */
  unreported?: readonly string[];
  /** Epoch milliseconds at which its scans began: what was stored of a host since then is read, whoever waited for it. */
  begunAt?: number;
  /**
   * Epoch milliseconds at which the digest before was composed: what its scans saw is no news. Null
   * for the first of the channel.
   */
  since: number | null;
  /** True where nobody looks at more than a message: `open` has the findings of those hosts alone of which it tells, and `history` no points of one. */
  isBrief?: boolean;
}

/** Makes the digest of a channel from what is stored. Rejects with `OutsideError` when that fails. */
export async function composeDigest(parts: DigestParts, asked: DigestAsked): Promise<DigestAnswer> {
  const { day, timezone, hosts, pending, unreported = [], since } = asked;
  const { begunAt = Number.POSITIVE_INFINITY } = asked;
  const now = parts.now();
  // A first digest tells what came and went in its day.
  const cameSince = since ?? now - DAY_MS;
  const names = hosts.map(({ name }) => name);
  // Of few hosts all are told of.
  const isBrief = asked.isBrief === true && hosts.length > HOSTS_LISTED;
  const isPending = pending.length > 0;
  const times = { since, cameSince, now };
  const found = await readForDigest(parts, hosts, { ...times, isBrief, isPending });
  const { scans, changes, known, worst, blind } = found;
  const sorted: SortedChanges =
    since === null
      ? { news: [], better: [], newAccepted: 0 }
      : sortForDigest(changes, known, { since, now });
  const ownerOf =
    parts.owners === null
      ? () => null
      : ownerLookup(await parts.store.listParts({ hosts: names, parts: ['facts'] }));
  const counting = splitAccepted(known);
  const news = groupFindings(sorted.news, ownerOf);
  const better = groupFindings(sorted.better, ownerOf);
  const states = statesOf(found, { pending, unreported, begunAt, since });
  const judged = scans.map(toJudged);
  const about = { judged, rules: parts.rules, ownerOf };
  const [told, shortLived] = await Promise.all([
    worst === null
      ? tellOpen(counting.open, about)
      : readOpenBriefly(parts.store, {
          ...{ ...about, worst, isCompared: since !== null },
          told: hostsTold({ states, news }),
        }),
    shortLivedSince(parts.watches, cameSince, found.gone, changes),
  ]);
  return {
    kind: 'digest',
    takenAt: isoTime(now),
    next: nextLines(since === null ? told.rule : (news[0]?.rule ?? null)),
    day,
    timezone,
    pending: [...pending],
    isBaseline: since === null,
    since: isoTimeOrNull(since),
    hosts: names,
    firstScreen: told.firstScreen,
    states,
    groups: digestHostGroups(states, parts.groupBy, { news, better }),
    ruleCount: parts.rules.length,
    news,
    better,
    newAccepted: sorted.newAccepted,
    open: told.open,
    expiring: counting.accepted
      .filter(({ acceptance }) => isExpiring(acceptance, now))
      .sort((a, b) => Date.parse(a.acceptance.until) - Date.parse(b.acceptance.until)),
    bestFixes: bestFixesOf(judged, counting.accepted),
    exposure:
      since === null ? [] : exposureSince(since, [...told.serious, ...gone(changes)], sorted.news),
    glimpses: found.glimpses,
    shortLived,
    blind,
    vulnerabilities: found.vulnerabilities,
    drifted: found.drifted,
    owners: parts.owners && ownersIn(news, parts.owners),
    history: found.history,
  };
}

type StatesAsked = Required<Pick<DigestAsked, 'pending' | 'unreported' | 'begunAt' | 'since'>>;

function statesOf(
  { scans, changes, containers }: Pick<FoundForDigest, 'scans' | 'changes' | 'containers'>,
  asked: StatesAsked,
): DigestHost[] {
  const comparedOf = new Map(changes.map((one) => [one.host, one]));
  const containersOf = Map.groupBy(containers, ({ host }) => host);
  // Those of many containers are one, and many hosts have as many of them.
  const unknownIn = once((controls: ControlGroup['controls']) => {
    const unknown = (controls ?? []).flatMap(({ control, verdict }) =>
      verdict === 'unknown' ? control : [],
    );
    return once((containers: number): DigestHost['unknownControls'] =>
      unknown.map((control) => ({ control, containers })),
    );
  });
  return scans.map((scan) =>
    toState(scan, {
      ...{ ...asked, compared: comparedOf.get(scan.host.name), unknownIn },
      containers: containersOf.get(scan.host.name) ?? [],
    }),
  );
}

const toJudged = ({ host, posture, last, lastGood }: ScannedHost): JudgedHost => ({
  ...{ host: host.name, posture },
  isStale: last?.id !== lastGood?.id,
});

function toState(
  { host, last, lastGood, posture }: ScannedHost,
  known: StatesAsked & {
    compared: HostChanges | undefined;
    containers: readonly ControlGroup[];
    unknownIn: UnknownIn;
  },
): DigestHost {
  const { compared, containers, pending, unreported, begunAt, since, unknownIn } = known;
  const isReadSince = lastGood !== null && Date.parse(lastGood.finishedAt) >= begunAt;
  const { score = null, grade = null } = posture ?? {};
  return {
    name: host.name,
    labels: host.labels,
    state: stateOf({
      ...{ last, lastGood, compared, since },
      isPending: pending.includes(host.name),
      isUnreported: unreported.includes(host.name) && !isReadSince,
    }),
    isFirstRead: compared?.isFromFirstScan ?? false,
    lastGoodAt: lastGood?.finishedAt ?? null,
    grade: score === null || grade === null ? null : { score, grade },
    open: lastGood === null ? null : (last?.open ?? null),
    accepted: lastGood === null ? null : sumOf(last?.accepted ?? {}),
    // What came after the scan has its place among the short-lived, or in the next digest.
    containers:
      lastGood === null ? null : containers.reduce((sum, group) => sum + group.containers, 0),
    coverage: last?.coverage ?? null,
    unreadSections: last?.unreadSections ?? [],
    clockAheadMs: (last?.engine ?? lastGood?.engine)?.clockAheadMs ?? null,
    unknownControls: unknownControls(containers, unknownIn),
  };
}

/** The unknown ones of these controls, of so many containers that have them. */
type UnknownIn = (
  controls: ControlGroup['controls'],
) => (containers: number) => DigestHost['unknownControls'];

function unknownControls(
  groups: readonly ControlGroup[],
  unknownIn: UnknownIn,
): DigestHost['unknownControls'] {
  const found = groups
    .filter(({ state }) => state === 'running')
    .map(({ controls, containers }) => unknownIn(controls)(containers));
  const [only = []] = found;
  if (found.length <= 1) return only;
  const counts = new Map<ControlName, number>();
  for (const { control, containers } of found.flat()) {
    counts.set(control, (counts.get(control) ?? 0) + containers);
  }
  return [...counts]
    .map(([control, containers]) => ({ control, containers }))
    .sort((a, b) => b.containers - a.containers);
}

function stateOf(known: {
  last: ScannedHost['last'];
  lastGood: ScannedHost['lastGood'];
  compared: HostChanges | undefined;
  since: number | null;
  isPending: boolean;
  isUnreported: boolean;
}): DigestHostState {
  const { last, lastGood, compared, since, isPending, isUnreported } = known;
  if (isPending) return 'pending';
  if (lastGood === null) return 'never';
  if (last?.id !== lastGood.id) return 'down';
  if (isUnreported) return 'unreported';
  if (since === null || compared?.isFromFirstScan) return 'read';
  return compared === undefined || compared.from === compared.to ? 'stale' : 'read';
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Open for a part of the time, and closed since. */
const gone = (changes: readonly HostChanges[]): StoredFinding[] =>
  changes.flatMap((host) => [
    ...host.changes.flatMap(({ before, after }) => (before && after === null ? [before] : [])),
    ...host.passing,
  ]);

/** Owners of what is new: only ids from the settings ever become a mention. */
function ownersIn(news: readonly FindingGroup[], { groups }: OwnerRouting): DigestOwner[] {
  const names = new Set(news.flatMap(({ places }) => places.flatMap(({ owner }) => owner ?? [])));
  return [...names].sort().map((name) => {
    return { name, group: Object.hasOwn(groups, name) ? (groups[name] ?? null) : null };
  });
}

const nextLines = (worst: string | null): string[] => [
  ...(worst === null ? [] : [`explain ${worst}`]),
  ...['findings critical high', 'posture'],
];
