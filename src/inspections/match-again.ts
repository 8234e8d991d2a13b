import { type AdvisoryRecord, vulnerabilitiesOf } from '../exposure/advisory.ts';
import { type SeverityRank, worstRank } from '../exposure/cvss.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import { type InstalledPackage, packagesOfComponents } from '../exposure/installed.ts';
import { type ExposedPackage, matchIndexed } from '../exposure/match-exposed.ts';
import { packageKey } from '../exposure/osv-ecosystems.ts';
import { indexRecords, possibleSources, type RecordIndex } from '../exposure/record-index.ts';
import { byWorst } from '../exposure/verdict.ts';
import { indexStatements, type StatementsHere } from '../exposure/vex-index.ts';
import type {
  Exposed,
  ExposedStore,
  LeftOut,
  MatchBasis,
  MatchedComponent,
  MatchHolder,
  MatchSource,
} from '../ports/exposed-store.ts';
import type { Held } from '../ports/lease.ts';
import { compareText } from '../shared/text.ts';
import { chooseMatched, type KeyedPackage, Members } from './choose-matched.ts';

/** Rows that one transaction writes, which others wait for. */
const ROWS_AT_ONCE = 1_000;
/** Of what was left out. */
const PLACES_TOLD = 5;

/** What is different from the match before. */
interface MatchChange {
  basis: MatchBasis;
  opened: Exposed[];
  closed: number[];
  /** Images of which something was left out. */
  places: string[];
}

/**
 * Matches all packages that are known here with all advisories, and writes what changed since the match
 * before; readers see all of that or nothing. What makes too many pairs is left out, and stays as it was. Rejects
 * with `OutsideError`, and with `LeaseLost` once somebody else matches: what was written then never answers.
 * `onHeaviest` hears beforehand which image costs the most, where one is out of the ordinary. Tells what was left out.
 */
export async function matchAgain(
  store: ExposedStore,
  held: Held,
  at: number,
  onHeaviest: (place: string) => void = () => {},
): Promise<string[]> {
  const { basis, opened, closed, places } = await store.readMatch((source) =>
    findChange(source, at, onHeaviest),
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
  onHeaviest: (place: string) => void,
): Promise<MatchChange> {
  const holders = await source.holders();
  const known = [
    ...(await packagesOfReleases(source.packages(), holders)),
    ...(await source.components()).flatMap(toKeyedComponent),
  ];
  const { records, severities } = await readRelevant(source, known);
  const exploited = await source.exploited();
  // Of an image as such nothing is said here: packages are matched, wherever they are.
  const stated = await source.statements();
  const statements = stated.length === 0 ? null : indexStatements(stated).of(null);
  const index = indexRecords(records);
  const chosen = chooseMatched(holders, known, index, statements);
  const { leftOut, crowdedOut, heaviest, isLeftOut } = chosen;
  if (heaviest !== null) onHeaviest(await source.placeOf(heaviest));
  const before = new Map((await source.before()).map((one) => [keyOf(one), one]));
  const opened: Exposed[] = [];
  const closed: number[] = [];
  for (const { installed, vulnerability, verdict } of worstOfEach(
    chosen.packages,
    index,
    statements,
  )) {
    const { packageId, componentId, osId, osVersion } = installed;
    const found = {
      ...{ vulnerability, packageId, componentId, osId, osVersion },
      state: verdict.state,
      fixed: verdict.state === 'affected-fix-available' ? verdict.fixed : null,
      isExploited: exploited.has(vulnerability),
      severity: severities.get(vulnerability) ?? null,
    };
    const key = keyOf(found);
    const old = before.get(key);
    before.delete(key);
    if (old !== undefined && isSame(old, found)) continue;
    if (old !== undefined) closed.push(old.id);
    opened.push({
      ...found,
      firstSeen: old?.firstSeen ?? at,
      fixableSince: found.fixed === null ? null : (old?.fixableSince ?? at),
      exploitedSince: found.isExploited ? (old?.exploitedSince ?? at) : null,
    });
  }
  for (const one of before.values()) if (!isLeftOut(one)) closed.push(one.id);
  const places = await placesOf(source, [leftOut, crowdedOut]);
  return { basis: { ...source.basis, leftOut, crowdedOut }, opened, closed, places };
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

type Named = Pick<Exposed, 'vulnerability' | 'packageId' | 'componentId' | 'osId' | 'osVersion'>;
const keyOf = ({ vulnerability, packageId, componentId, osId, osVersion }: Named): string =>
  `${packageId} ${componentId} ${vulnerability} ${osId} ${osVersion}`;

/** As `matchIndexed`, but for a program that several ecosystems know: of these the worst counts. */
function* worstOfEach(
  packages: readonly KeyedPackage[],
  index: RecordIndex,
  statements: StatementsHere | null,
): Generator<ExposedPackage<KeyedPackage>> {
  const ofComponents = new Map<string, ExposedPackage<KeyedPackage>>();
  for (const one of matchIndexed(packages, index, statements)) {
    if (one.installed.componentId === null) {
      yield one;
      continue;
    }
    const key = keyOf({ ...one.installed, vulnerability: one.vulnerability });
    const known = ofComponents.get(key);
    if (known === undefined || byWorst(one.verdict, known.verdict) < 0) ofComponents.set(key, one);
  }
  yield* ofComponents.values();
}

type Found = Pick<Exposed, 'state' | 'fixed' | 'isExploited' | 'severity'>;
const isSame = (a: Found, b: Found): boolean =>
  a.state === b.state &&
  a.fixed === b.fixed &&
  a.isExploited === b.isExploited &&
  a.severity === b.severity;

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
      for (const { id, facts } of page) {
        if (!has(id)) continue;
        // There are hundreds of thousands, and to spread an object takes several times as long.
        const one: KeyedPackage = {
          ecosystem,
          name: facts.name,
          version: facts.version,
          sourceName: facts.sourceName,
          sourceVersion: facts.sourceVersion,
          architecture: facts.architecture,
          ownedBy: null,
          isMainModule: false,
          packageId: id,
          componentId: null,
          osId,
          osVersion,
        };
        if (facts.builtBy !== undefined) one.builtBy = facts.builtBy;
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

/** Records that name a package of here, without what else they name, and how bad each vulnerability is by all records. */
async function readRelevant(source: MatchSource, packages: readonly InstalledPackage[]) {
  const names = new Map<string, Set<string>>();
  for (const { ecosystem, name, sourceName } of packages) {
    const known = names.get(ecosystem);
    const own = known ?? new Set();
    if (known === undefined) names.set(ecosystem, own);
    own.add(packageKey(ecosystem, name)).add(sourceName);
  }
  const isHere = (ecosystem: string, name: string) => names.get(ecosystem)?.has(name) ?? false;
  const records: AdvisoryRecord[] = [];
  const severities = new Map<string, SeverityRank>();
  for await (const page of source.records()) {
    for (const record of page) {
      const { advisory, affected } = record;
      if (advisory.withdrawn !== null) continue;
      // What is an attack itself has no score, and there is nothing worse.
      const rank = advisory.kind === 'malware' ? 4 : worstRank(advisory.severities);
      if (rank !== null) {
        for (const id of vulnerabilitiesOf(advisory)) {
          if (rank > (severities.get(id) ?? 0)) severities.set(id, rank);
        }
      }
      const here = affected.filter(({ ecosystem, name, nameKind }) =>
        nameKind === 'binary'
          ? [...possibleSources(name)].some((one) => isHere(ecosystem, one))
          : isHere(ecosystem, name),
      );
      if (here.length === 0) continue;
      records.push(here.length === affected.length ? record : { advisory, affected: here });
    }
  }
  return { records, severities };
}
