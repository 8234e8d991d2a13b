import type {
  DigestAnswer,
  DigestHost,
  DigestHostState,
  DigestOwner,
  FindingGroup,
} from '../answers/digest-answer.ts';
import type { ControlName } from '../controls/control.ts';
import { isExpiring } from '../findings/acceptance.ts';
import type { BaselineStore } from '../ports/baseline-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { ExposedStore } from '../ports/exposed-store.ts';
import type { HostChanges, HostScans, ScanStore } from '../ports/scan-store.ts';
import type { ControlGroup } from '../ports/stored-container.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { Rule } from '../rules/rule.ts';
import { once } from '../shared/once.ts';
import { DAY_MS, isoTime, isoTimeOrNull } from '../shared/time.ts';
import { splitAccepted } from './accepted.ts';
import { HOSTS_LISTED } from './count-open.ts';
import { hostsTold, readOpenBriefly, tellOpen } from './digest-findings.ts';
import { bestFixesOf } from './digest-fixes.ts';
import {
  digestHostGroups,
  exposureSince,
  groupFindings,
  type SortedChanges,
  sortForDigest,
} from './digest-groups.ts';
import { digestVulnerabilities } from './digest-vulnerabilities.ts';
import { driftOn } from './drift.ts';
import type { ExposureOfParts } from './exposure-of.ts';
import { type OwnerRouting, ownerLookup } from './finding-owners.ts';
import type { JudgedHost } from './first-screen.ts';
import { historyOfHosts } from './history-of-hosts.ts';
import { shortLivedSince } from './short-lived.ts';

export interface DigestParts extends Omit<ExposureOfParts, 'exposed'> {
  now: Clock;
  store: Pick<
    ScanStore,
    | 'listHostScans'
    | 'listPostures'
    | 'listOpenFindings'
    | 'listDecidedFindings'
    | 'listWorstFindings'
    | 'listFindingChanges'
    | 'listParts'
    | 'listControlGroups'
    | 'listGone'
    | 'listAlike'
    | 'listBlindIntervals'
    | 'listScanHistory'
  >;
  watches: Pick<WatchStore, 'listGlimpses' | 'listEvents'>;
  baselines: Pick<BaselineStore, 'list'>;
  exposed: Pick<ExposedStore, 'state' | 'listPlaced' | 'listAcceptances'>;
  groupBy: string | null;
  rules: readonly Pick<Rule, 'id' | 'fix' | 'subject'>[];
  owners: OwnerRouting | null;
}

export interface DigestAsked {
  /** Local calendar day, and its time zone. */
  day: string;
  timezone: string;
  hosts: readonly HostDeclaration[];
  /** Names of hosts whose scan of this digest has not ended yet. */
  pending: readonly string[];
  /**
   * Epoch milliseconds at which the digest before was composed: what its scans saw is no news. Null
   * for the first of the channel.
   */
  since: number | null;
  /** True where nobody looks at more than a message: `open` has the findings of those hosts alone of which it tells, and `history` no points of one. */
  isBrief?: boolean;
}

/** How far back the picture of a digest goes: fourteen days, this one included. */
const HISTORY_MS = 13 * 24 * 60 * 60 * 1_000;

/** Makes the digest of a channel from what is stored. Rejects with `OutsideError` when that fails. */
export async function composeDigest(
  parts: DigestParts,
  { day, timezone, hosts, pending, since, ...asked }: DigestAsked,
): Promise<DigestAnswer> {
  const now = parts.now();
  // A first digest tells what came and went in its day.
  const cameSince = since ?? now - DAY_MS;
  const found = await readStored(parts.store, hosts, { since, cameSince, now });
  const { scans, changes, blind } = found;
  const names = hosts.map(({ name }) => name);
  // Of few hosts all are told of.
  const isBrief = asked.isBrief === true && hosts.length > HOSTS_LISTED;
  const { listDecidedFindings, listOpenFindings } = parts.store;
  const known = await (isBrief ? listDecidedFindings : listOpenFindings)({ hosts: names });
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
  const states = statesOf(found, { pending, since });
  const judged = scans.map(toJudged);
  const about = { judged, rules: parts.rules, ownerOf };
  const told = isBrief
    ? await readOpenBriefly(parts.store, {
        ...{ ...about, isCompared: since !== null },
        told: hostsTold({ states, news }),
      })
    : tellOpen(counting.open, about);
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
    glimpses: await parts.watches.listGlimpses({ hosts: names, since: cameSince }),
    shortLived: await shortLivedSince(parts.watches, cameSince, found.gone, changes),
    blind,
    vulnerabilities: await digestVulnerabilities(parts, { hosts: names, since, now }),
    drifted: await driftOn(parts, names),
    owners: parts.owners && ownersIn(news, parts.owners),
    history:
      pending.length > 0
        ? null
        : await historyOfHosts(
            { hosts, since: now - HISTORY_MS, now, ...(isBrief && { points: 'none' }) },
            parts.store,
          ),
  };
}

interface ScannedHost {
  host: HostDeclaration;
  last: HostScans['last'] | null;
  lastGood: HostScans['lastGood'];
  /** By the last good scan; null before it, or where it was of a version that computed none. */
  posture: HostPosture | null;
}

/** Everything that the store knows of these hosts, now and since the digest before. */
async function readStored(
  store: DigestParts['store'],
  declared: readonly HostDeclaration[],
  { since, cameSince, now }: { since: number | null; cameSince: number; now: number },
) {
  const hosts = declared.map(({ name }) => name);
  const scans = new Map((await store.listHostScans({ hosts })).map((one) => [one.host, one]));
  const postures = await store.listPostures({ hosts });
  const postureOf = new Map(postures.map(({ host, posture }) => [host, posture]));
  return {
    scans: declared.map((host): ScannedHost => {
      const { last = null, lastGood = null } = scans.get(host.name) ?? {};
      return { host, last, lastGood, posture: postureOf.get(host.name) ?? null };
    }),
    changes: since === null ? [] : await store.listFindingChanges({ hosts, since }),
    containers: await store.listControlGroups({ hosts }),
    gone: await store.listGone({ hosts, since: cameSince }),
    // A baseline tells of what is blind now.
    blind: await store.listBlindIntervals({ hosts, since: since ?? now }),
  };
}

function statesOf(
  { scans, changes, containers }: Awaited<ReturnType<typeof readStored>>,
  asked: Pick<DigestAsked, 'pending' | 'since'>,
): DigestHost[] {
  const comparedOf = new Map(changes.map((one) => [one.host, one]));
  const containersOf = Map.groupBy(containers, ({ host }) => host);
  // Those of many containers are one.
  const unknownIn = once((controls: ControlGroup['controls']): readonly ControlName[] =>
    (controls ?? []).flatMap(({ control, verdict }) => (verdict === 'unknown' ? control : [])),
  );
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
  known: Pick<DigestAsked, 'pending' | 'since'> & {
    compared: HostChanges | undefined;
    containers: readonly ControlGroup[];
    unknownIn: (controls: ControlGroup['controls']) => readonly ControlName[];
  },
): DigestHost {
  const { compared, containers, pending, since, unknownIn } = known;
  const { score = null, grade = null } = posture ?? {};
  return {
    name: host.name,
    labels: host.labels,
    state: stateOf({ last, lastGood, compared, since, isPending: pending.includes(host.name) }),
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
    unknownControls: unknownControls(containers, unknownIn),
  };
}

function unknownControls(
  groups: readonly ControlGroup[],
  unknownIn: (controls: ControlGroup['controls']) => readonly ControlName[],
): DigestHost['unknownControls'] {
  const counts = new Map<ControlName, number>();
  for (const { state, controls, containers } of groups) {
    if (state !== 'running') continue;
    for (const control of unknownIn(controls)) {
      counts.set(control, (counts.get(control) ?? 0) + containers);
    }
  }
  return [...counts]
    .map(([control, found]) => ({ control, containers: found }))
    .sort((a, b) => b.containers - a.containers);
}

function stateOf(known: {
  last: ScannedHost['last'];
  lastGood: ScannedHost['lastGood'];
  compared: HostChanges | undefined;
  since: number | null;
  isPending: boolean;
}): DigestHostState {
  const { last, lastGood, compared, since, isPending } = known;
  if (isPending) return 'pending';
  if (lastGood === null) return 'never';
  if (last?.id !== lastGood.id) return 'down';
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
