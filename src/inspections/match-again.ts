import type { FeedCoverage } from '../exposure/asked-inventory.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import { staleIn } from '../exposure/feed-words.ts';
import { packagesOfComponents } from '../exposure/installed.ts';
import { clearedByOld, type ExposedPackage, matchIndexed } from '../exposure/match-exposed.ts';
import { indexRecords } from '../exposure/record-index.ts';
import { RelevantRecords } from '../exposure/relevant-records.ts';
import { SeverityRanks } from '../exposure/severity-ranks.ts';
import { byWorst } from '../exposure/verdict.ts';
import { indexStatements, type StatementsHere } from '../exposure/vex-index.ts';
import type {
  Exposed,
  ExposedStore,
  KeptExposure,
  LeftOut,
  MatchBasis,
  MatchedComponent,
  MatchHolder,
  MatchSource,
} from '../ports/exposed-store.ts';
import type { Held } from '../ports/lease.ts';
import { compareText } from '../shared/text.ts';
import { chooseMatched, type KeyedPackage, Members } from './choose-matched.ts';
import { ExposedChanges, packageKey, pairKey } from './exposed-changes.ts';

/** Rows that one transaction writes, which others wait for. */
const ROWS_AT_ONCE = 2_000;
/** Of what was left out. */
const PLACES_TOLD = 5;

/** What is different from the match before. */
interface MatchChange {
  basis: MatchBasis;
  opened: Exposed[];
  closed: ExposedChanges['closed'];
  /** Images of which something was left out. */
  places: string[];
}

interface MatchOptions {
  /** Feeds with their ages: what only one clears that is too old is unknown. */
  feeds?: readonly FeedCoverage[];
  /** Hears beforehand which image costs the most, where one is out of the ordinary. */
  onHeaviest?: (place: string) => void;
}

/**
 * Matches all packages that are known here with all advisories, and writes what changed since the match
 * before; readers see all of that or nothing. What makes too many pairs is left out, and stays as it was. Rejects
 * with `OutsideError`, and with `LeaseLost` once somebody else matches: what was written then never answers.
 * Tells what was left out.
 */
export async function matchAgain(
  store: ExposedStore,
  held: Held,
  at: number,
  options: MatchOptions = {},
): Promise<string[]> {
  const { basis, opened, closed, places } = await store.readMatch((source) =>
    findChange(source, at, options),
  );
  const generation = await store.begin(held);
  // Beside each other in the index by which they are found: else each row changes a page of its own.
  opened.sort((a, b) => compareText(a.vulnerability, b.vulnerability));
  const longest = Math.max(opened.length, closed.length);
  for (let start = 0; start < longest; start += ROWS_AT_ONCE) {
    const end = start + ROWS_AT_ONCE;
    const part = { opened: opened.slice(start, end), closed: closed.slice(start, end) };
    await store.change(held, { generation, at, ...part });
  }
  await store.finish(held, { generation, basis, at });
  return places;
}

async function findChange(
  source: MatchSource,
  at: number,
  { feeds = [], onHeaviest }: MatchOptions,
): Promise<MatchChange> {
  const holders = await source.holders();
  const known = [
    ...(await packagesOfReleases(source.packages(), holders)),
    ...(await source.components()).flatMap(toKeyedComponent),
  ];
  const exploited = await source.exploited();
  // Of an image as such nothing is said here: packages are matched, wherever they are.
  const stated = await source.statements();
  const said = indexStatements(stated);
  const statements = stated.length === 0 ? null : said.of(null);
  const before = await source.before();
  const stale = staleIn(feeds);
  const { index, severities } = await indexRelevant(source, known, said.vulnerabilities);
  const chosen = chooseMatched(holders, known, index, statements, feeds);
  const { packages, leftOut, crowdedOut, heaviest, isLeftOut } = chosen;
  if (heaviest !== null) onHeaviest?.(await source.placeOf(heaviest));
  const changes = new ExposedChanges(before, at);
  for (const one of worstOfEach(matchIndexed(packages, index, statements, feeds))) {
    const { installed, vulnerability, verdict } = one;
    const { packageId, componentId, osId, osVersion } = installed;
    // Spreads would take as long as all the rest.
    changes.find({
      vulnerability,
      packageId,
      componentId,
      osId,
      osVersion,
      state: verdict.state,
      isUnknown: one.isUnknown,
      fixed: verdict.state === 'affected-fix-available' ? verdict.fixed : null,
      isExploited: exploited.has(vulnerability),
      severity: severities.of(vulnerability),
      firstSeen: at,
      fixableSince: null,
      exploitedSince: null,
    });
  }
  const left = changes.left.filter((one) => !isLeftOut(one));
  for (const { id: _, ...one } of await leftToOld(source, left, packages, statements, feeds)) {
    const isExploited = exploited.has(one.vulnerability);
    const severity = severities.of(one.vulnerability);
    changes.find({ ...one, isUnknown: true, isExploited, severity });
  }
  changes.end(isLeftOut);
  const { opened, closed } = changes;
  const places = await placesOf(source, [leftOut, crowdedOut]);
  return { basis: { ...source.basis, stale, leftOut, crowdedOut }, opened, closed, places };
}

async function placesOf(source: MatchSource, left: readonly LeftOut[]): Promise<string[]> {
  const holders = left.flatMap(({ inventories, filesystems }) => [
    ...inventories.map((id) => ({ kind: 'inventory' as const, id })),
    ...filesystems.map((id) => ({ kind: 'filesystem' as const, id })),
  ]);
  const places: string[] = [];
  for (const one of holders.slice(0, PLACES_TOLD)) places.push(await source.placeOf(one));
  return places;
}

const stateOf = ({ isUnknown, verdict }: ExposedPackage<KeyedPackage>) =>
  isUnknown ? ('unknown' as const) : verdict.state;

/** Of a program that several ecosystems know the worst counts. */
function* worstOfEach(
  matched: Iterable<ExposedPackage<KeyedPackage>>,
): Generator<ExposedPackage<KeyedPackage>> {
  const ofComponents = new Map<string, ExposedPackage<KeyedPackage>>();
  for (const one of matched) {
    if (one.installed.componentId === null) {
      yield one;
      continue;
    }
    const key = pairKey({ ...one.installed, vulnerability: one.vulnerability });
    const known = ofComponents.get(key);
    const isWorse =
      known === undefined || byWorst({ state: stateOf(one) }, { state: stateOf(known) }) < 0;
    if (isWorse) ofComponents.set(key, one);
  }
  yield* ofComponents.values();
}

/** The packages of each release that feeds know; of others nothing is known, which `exposure` says. */
async function packagesOfReleases(
  packages: ReturnType<MatchSource['packages']>,
  holders: readonly MatchHolder[],
): Promise<KeyedPackage[]> {
  const inventories = new Members(holders.filter(({ kind }) => kind === 'inventory'));
  const releases = inventories.releases().flatMap(({ osId, osVersion, has }) => {
    const ecosystem = ecosystemOf({ id: osId, versionId: osVersion, prettyName: '' });
    if (ecosystem.state === 'unread') return [];
    return [{ osId, osVersion, has, ecosystem: ecosystem.value, own: [] as KeyedPackage[] }];
  });
  for await (const page of packages) {
    for (const { osId, osVersion, has, ecosystem, own } of releases) {
      for (const packed of page) {
        if (!has(packed[0])) continue;
        const [id, name, version, architecture, sourceName, sourceVersion, builtBy] = packed;
        // To spread an object takes several times as long.
        const one: KeyedPackage = {
          ecosystem,
          name,
          version,
          sourceName,
          sourceVersion,
          architecture,
          ownedBy: null,
          isMainModule: false,
          packageId: id,
          componentId: null,
          osId,
          osVersion,
        };
        if (builtBy !== '') one.builtBy = builtBy;
        own.push(one);
      }
    }
  }
  return releases.flatMap(({ own }) => own);
}

const toKeyedComponent = ({ id, ...component }: MatchedComponent): KeyedPackage[] =>
  packagesOfComponents([{ ...component, places: [] }]).map((installed) => ({
    ...installed,
    ...{ packageId: null, componentId: id, osId: '', osVersion: '' },
  }));

/** What records say of packages of here, and how bad each vulnerability is by all records. */
async function indexRelevant(
  source: MatchSource,
  packages: readonly KeyedPackage[],
  stated: ReadonlySet<string>,
) {
  const relevant = new RelevantRecords(packages, stated);
  const severities = new SeverityRanks();
  for await (const page of source.records()) {
    for (const record of page) {
      relevant.add(record);
      severities.add(record.advisory);
    }
  }
  const index = relevant.index();
  // A record that is about the CVE of another says how severe that is.
  for (const link of index.links()) severities.link(link);
  return { index, severities };
}

/** Packages of which all records are in memory at once. */
const PACKAGES_AT_ONCE = 200;

/** Of what a match no longer finds (`left`) that which nothing clears but feeds that are too old. */
async function leftToOld(
  source: Pick<MatchSource, 'recordsAbout'>,
  left: readonly KeptExposure[],
  packages: readonly KeyedPackage[],
  statements: StatementsHere | null,
  feeds: readonly FeedCoverage[],
): Promise<KeptExposure[]> {
  if (left.length === 0 || staleIn(feeds).length === 0) return [];
  const byPackage = Map.groupBy(left, packageKey);
  const asked = packages.filter((one) => byPackage.has(packageKey(one)));
  const found = new Set<KeptExposure>();
  for (const [ecosystem, all] of Map.groupBy(asked, (one) => one.ecosystem)) {
    // What was built from one source has the same records.
    all.sort((a, b) => compareText(a.sourceName, b.sourceName));
    for (let start = 0; start < all.length; start += PACKAGES_AT_ONCE) {
      const some = all.slice(start, start + PACKAGES_AT_ONCE);
      const names = [...new Set(some.flatMap(({ name, sourceName }) => [name, sourceName]))];
      const index = indexRecords(await source.recordsAbout({ ecosystem, names }));
      for (const installed of some) {
        const own = byPackage.get(packageKey(installed)) ?? [];
        const ids = new Set(own.map(({ vulnerability }) => vulnerability));
        const cleared = clearedByOld(installed, ids, index, statements, feeds);
        for (const one of own) if (cleared.has(one.vulnerability)) found.add(one);
      }
    }
  }
  return [...found];
}
