import type { DigestVulnerabilities, DigestVulnerability } from '../answers/digest-answer.ts';
import type { ExposedStore, PlacedAsked, PlacedExposure } from '../ports/exposed-store.ts';
import { severities } from '../rules/rule.ts';
import { compareText } from '../shared/text.ts';
import { withoutAccepted } from './exposed-news.ts';
import { clearedInImages, type ExposureOfParts } from './exposure-of.ts';
import { withAges } from './feed-ages.ts';

/** What a digest names; the rest is counted. */
const NAMED = 3;

/**
 * Vulnerabilities of what is on these hosts: new since a time, with a fix since then, and exploited; those
 * that someone accepted are left out, and those that statements (VEX) on whole images clear. Null before anything was matched.
 */
export async function digestVulnerabilities(
  parts: ExposureOfParts & {
    exposed: Pick<ExposedStore, 'basis' | 'listPlaced' | 'listAcceptances'>;
  },
  { hosts, since, now }: { hosts: readonly string[]; since: number | null; now: number },
): Promise<DigestVulnerabilities | null> {
  const { exposed, feeds, feedsStaleAfterMs: staleAfterMs } = parts;
  const basis = await exposed.basis();
  if (basis === null) return null;
  const from = since ?? now;
  const acceptances = await exposed.listAcceptances();
  const listThere = async (
    asked: Pick<PlacedAsked, 'changedSince' | 'isUnknown' | 'isAlsoUnknown'>,
  ) =>
    (await exposed.listPlaced({ hosts, goneAfter: now, ...asked }))
      .flatMap((one) => withoutAccepted(one, acceptances) ?? [])
      .filter((one) => one.hosts.some(({ isThere }) => isThere));
  const there = await listThere({ changedSince: from });
  // Also where no feed is too old: of what a match leaves out it stays as it was.
  const open = await listThere({ isUnknown: true });
  const cleared = await clearedInImages(
    parts,
    [...there, ...open].map(({ vulnerability }) => vulnerability),
    { hosts, since: now, at: now },
  );
  const placed = there.filter(({ vulnerability }) => !cleared.has(vulnerability));
  // Of another package of these hosts it may be known.
  const known = open.length === 0 ? [] : await listThere({ isAlsoUnknown: true });
  const settled = new Set([...cleared, ...known.map(({ vulnerability }) => vulnerability)]);
  const unknown = open.flatMap(({ vulnerability: id }) => (settled.has(id) ? [] : [id]));
  const fixableSince = ({ fixableSince: at, firstSeen }: PlacedExposure) =>
    at !== null && at > from && firstSeen <= from;
  const ages = withAges(await feeds.list(), { now, staleAfterMs });
  const overdue = ages.filter(({ isOverdue }) => isOverdue);
  return {
    new: counted(placed.filter(({ firstSeen }) => firstSeen > from)),
    fixable: counted(placed.filter(fixableSince)),
    exploited: counted(placed.filter(({ isExploited }) => isExploited)),
    unknown: new Set(unknown).size,
    stale: namesOf(overdue.filter(({ loadedAt }) => loadedAt !== null)),
    unfetched: namesOf(overdue.filter(({ loadedAt }) => loadedAt === null)),
  };
}

const namesOf = (feeds: readonly { source: string }[]): string[] =>
  feeds.map(({ source }) => source);

function counted(placed: readonly PlacedExposure[]): {
  count: number;
  worst: DigestVulnerability[];
} {
  const groups = [...Map.groupBy(placed, ({ vulnerability }) => vulnerability)];
  const ranked = groups
    .map(([id, rows]) => ({
      ...{ id, rows, rank: Math.max(...rows.map((row) => row.severity ?? 0)) },
      seen: Math.max(...rows.map(({ firstSeen }) => firstSeen)),
    }))
    .sort(
      (a, b) =>
        Number(isExploited(b.rows)) - Number(isExploited(a.rows)) ||
        b.rank - a.rank ||
        // Of equal ones the newest is the news.
        b.seen - a.seen ||
        compareText(a.id, b.id),
    );
  const worst = ranked.slice(0, NAMED).map(({ id, rows, rank }) => ({
    id,
    severity: severities[rank - 1] ?? null,
    isExploited: isExploited(rows),
    isFixable: rows.some(({ fixed }) => fixed !== null),
    packages: [...new Set(rows.map((row) => row.package.sourceName))].sort(),
    hosts: [...new Set(rows.flatMap(({ hosts }) => hosts.map(({ host }) => host)))].sort(),
  }));
  return { count: groups.length, worst };
}

const isExploited = (rows: readonly PlacedExposure[]): boolean =>
  rows.some((row) => row.isExploited);
