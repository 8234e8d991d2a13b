import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import type {
  ImageExposure,
  ImageVulnerability,
  VulnerablePackage,
} from '../answers/image-answer.ts';
import type { Advisory, AdvisoryRecord } from '../exposure/advisory.ts';
import { baseScore } from '../exposure/cvss.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import { type InstalledPackage, packagesOfSystem } from '../exposure/installed.ts';
import { isOfKernel } from '../exposure/judge.ts';
import {
  byInventory,
  type FoundVulnerability,
  saidOf,
  vulnerabilityIds,
} from '../exposure/judge-inventory.ts';
import type { JudgedPackage } from '../exposure/match.ts';
import { indexRecords, type RecordIndex } from '../exposure/record-index.ts';
import { byWorst } from '../exposure/verdict.ts';
import { indexStatements, type StatementsHere, withStatement } from '../exposure/vex-index.ts';
import type { ImageNames } from '../exposure/vex-product.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { Clock } from '../ports/clock.ts';
import type { FeedStore, KnownOf, VulnerabilitySeverity } from '../ports/feed-store.ts';
import type { StoredInventory } from '../ports/inventory.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';
import { exposedPackage } from './exposed-package.ts';
import { isAffected } from './exposure-order.ts';
import { withAges } from './feed-ages.ts';
import { sortedBy } from './paging.ts';
import { sentenceOf } from './unknown-sentences.ts';

/** From this base score on a vulnerability is critical (CVSS 3.1, 5). */
const CRITICAL_SCORE = 9;
/** Inventories whose packages are in memory at once. */
const INVENTORIES_AT_ONCE = 20;
/** Statements that are judged by; of what is beyond `exposure` knows. */
const STATEMENTS_MAX = 200_000;

export interface ExposureParts {
  store: Pick<ScanStore, 'listInventories'>;
  feeds: FeedStore;
  now: Clock;
  /** See `feeds.staleAfter` of the settings. */
  feedsStaleAfterMs: number;
}

/** Judges inventories for one question; what was read of feeds is kept until it is answered. */
export interface InventoryJudge {
  /** What it judges by. */
  feeds: ExposureAnswer['feeds'];
  /** What feeds have of each inventory; unread where they cover it not. */
  judge(
    inventories: readonly PackageInventory[],
    image?: ImageNames | null,
  ): Promise<Reading<ImageExposure>[]>;
  /**
   * The same of inventories by key, a few at a time; one that is no longer stored is left out. With an image,
   * also by what statements (VEX) say of it.
   */
  judgeKeys(
    keys: readonly string[],
    image?: ImageNames | null,
  ): AsyncGenerator<[key: string, Reading<ImageExposure>]>;
  /** True where a statement may speak of images: each is then judged by its own names. */
  namesImages: boolean;
}

/** Reads which feeds there are, and judges by them. */
export async function openInventoryJudge({
  store,
  feeds,
  now,
  feedsStaleAfterMs,
}: ExposureParts): Promise<InventoryJudge> {
  const known = withAges(await feeds.list(), { now: now(), staleAfterMs: feedsStaleAfterMs });
  const covered = new Set(known.flatMap(({ ecosystems }) => ecosystems));
  const indexFor = rememberRecords(feeds);
  // Images share most of their packages: each is judged once.
  const remembered = new Map<string, ReturnType<typeof saidOf>>();
  const { statements } = known.some(isOfStatements)
    ? await feeds.listStatements(STATEMENTS_MAX)
    : { statements: [] };
  const said = indexStatements(statements);
  const judge: InventoryJudge['judge'] = async (inventories, image = null) => {
    const here = said.of(image);
    const judged: Reading<FoundVulnerability[]>[] = [];
    for (const inventory of inventories)
      judged.push(withStatements(await judgeOne(inventory), here));
    const found = judged.flatMap((one) => (one.state === 'read' ? one.value : []));
    const weigh = await weights(feeds, found);
    return judged.map((one) =>
      one.state === 'read' ? read(exposureOf(one.value.map(weigh))) : one,
    );
  };
  return {
    feeds: known
      .filter((feed) => !isOfStatements(feed))
      .map(({ source, asOf, isStale }) => ({ source, asOf, isStale })),
    namesImages: said.namesImages,
    judge,
    async *judgeKeys(keys, image = null) {
      for (let start = 0; start < keys.length; start += INVENTORIES_AT_ONCE) {
        const some = keys.slice(start, start + INVENTORIES_AT_ONCE);
        const inventories: StoredInventory[] = await store.listInventories({ keys: some });
        const exposures = await judge(inventories, image);
        for (const [index, { key }] of inventories.entries()) {
          const exposure = exposures[index];
          if (exposure !== undefined) yield [key, exposure];
        }
      }
    },
  };

  async function judgeOne(inventory: PackageInventory): Promise<Reading<FoundVulnerability[]>> {
    if (inventory.manager === null) return unread('it has no package database of a known kind');
    const ecosystem = ecosystemOf(inventory.operatingSystem);
    if (ecosystem.state === 'unread') return ecosystem;
    if (known.length === 0) return unread('no feed of advisories was taken yet');
    if (!covered.has(ecosystem.value)) return unread(`no feed covers ${ecosystem.value}`);
    // The kernel is the host's.
    const packages = packagesOfSystem(inventory, ecosystem.value).filter((one) => !isOfKernel(one));
    const distinct = new Map<string, InstalledPackage>();
    for (const one of packages) {
      const { architecture: _several, ...ofAny } = one;
      distinct.set(packageKey(one), distinct.has(packageKey(one)) ? ofAny : one);
    }
    const index = await indexFor(ecosystem.value, [...distinct.values()]);
    const said = [...distinct].flatMap(([key, one]) => {
      const of = remembered.get(`${ecosystem.value}\n${key}`) ?? saidOf(one, index);
      remembered.set(`${ecosystem.value}\n${key}`, of);
      return of;
    });
    return read(byInventory(said));
  }
}

/** What is found, with what statements say of it; the worst package of each counts. */
function withStatements(
  found: Reading<FoundVulnerability[]>,
  here: StatementsHere,
): Reading<FoundVulnerability[]> {
  if (found.state === 'unread') return found;
  return read(
    found.value.map((one) => {
      const packages = one.packages
        .map(({ installed, verdict }) => {
          const said = here.about([one.id], installed);
          return { installed, verdict: withStatement(verdict, said, installed.ecosystem) };
        })
        .sort((a, b) => byWorst(a.verdict, b.verdict));
      return { ...one, packages, state: packages[0]?.verdict.state ?? one.state };
    }),
  );
}

/** One that is there for two architectures is one. */
const packageKey = ({ name, version, sourceName, sourceVersion }: InstalledPackage): string =>
  [name, version, sourceName, sourceVersion].join('\n');

/** Many images have the same packages: what is said of a name is read once. */
function rememberRecords(feeds: Pick<FeedStore, 'recordsAbout'>) {
  const known = new Map<string, { names: Set<string>; records: AdvisoryRecord[] }>();
  const indexes = new Map<string, RecordIndex>();
  return async (ecosystem: string, packages: readonly InstalledPackage[]): Promise<RecordIndex> => {
    const { names, records } = known.get(ecosystem) ?? { names: new Set(), records: [] };
    const asked = new Set(packages.flatMap(({ name, sourceName }) => [name, sourceName]));
    const fresh = [...asked].filter((name) => !names.has(name));
    const index = indexes.get(ecosystem);
    if (fresh.length === 0 && index !== undefined) return index;
    // A record about several packages may come again.
    const all = new Map([
      ...records.map((record) => [record.advisory.id + record.advisory.source, record] as const),
      ...(await feeds.recordsAbout({ ecosystem, names: fresh })).map(
        (record) => [record.advisory.id + record.advisory.source, record] as const,
      ),
    ]);
    known.set(ecosystem, { names: new Set([...names, ...asked]), records: [...all.values()] });
    const renewed = indexRecords(all.values());
    indexes.set(ecosystem, renewed);
    return renewed;
  };
}

/** What is known of the weight of vulnerabilities; asked of the feeds for those alone that affect something. */
async function weights(
  feeds: Pick<FeedStore, 'knownOfEach' | 'severitiesOf'>,
  found: readonly FoundVulnerability[],
): Promise<(one: FoundVulnerability) => ImageVulnerability> {
  const affected = found.filter(({ state }) => isAffected(state));
  const ids = [...new Set(affected.map(({ id }) => id))];
  const known = await feeds.knownOfEach(ids);
  const withoutScore = affected.filter((one) => ownScore(one) === null).map(({ id }) => id);
  const others = await feeds.severitiesOf(withoutScore);
  return (one) => toVulnerability(one, known.get(one.id.toUpperCase()), others);
}

function toVulnerability(
  found: FoundVulnerability,
  known: KnownOf | undefined,
  others: ReadonlyMap<string, VulnerabilitySeverity[]>,
): ImageVulnerability {
  return {
    id: found.id,
    state: found.state,
    packages: found.packages.map(toPackage),
    records: found.advisories.map(({ id, source, modified }) => ({ id, source, modified })),
    exploited: known?.exploited ?? null,
    epss: known?.prediction?.probability ?? null,
    cvss: ownScore(found) ?? highest(others.get(found.id.toUpperCase()) ?? []),
  };
}

function toPackage({ installed, verdict }: JudgedPackage): VulnerablePackage {
  return {
    ...exposedPackage(installed),
    state: verdict.state,
    fixedIn: 'fixed' in verdict ? verdict.fixed : null,
    reason: sentenceOf(verdict),
    said: saidIn(verdict),
  };
}

/** Whose statement (VEX) it rests on. */
const saidIn = (verdict: JudgedPackage['verdict']): VulnerablePackage['said'] =>
  'by' in verdict && verdict.by
    ? { ...verdict.by, document: verdict.record?.id ?? '', isRepaired: isRepaired(verdict) }
    : null;

const isRepaired = (verdict: JudgedPackage['verdict']): boolean =>
  verdict.state === 'vendor-says-not-affected' && verdict.because === 'fixed';

/** By its own records, where these are about nothing else. */
function ownScore({ advisories }: FoundVulnerability): ImageVulnerability['cvss'] {
  const severities = advisories
    .filter((advisory) => vulnerabilityIds(advisory).length === 1)
    .flatMap(({ id: record, severities: all }: Advisory) =>
      all.map((severity) => ({ ...severity, record })),
    );
  return highest(severities);
}

function highest(severities: readonly VulnerabilitySeverity[]): ImageVulnerability['cvss'] {
  let found: ImageVulnerability['cvss'] = null;
  for (const { score: vector, record } of severities) {
    const score = baseScore(vector);
    if (score !== null && (found === null || score > found.score))
      found = { score, vector, record };
  }
  return found;
}

function exposureOf(vulnerabilities: readonly ImageVulnerability[]): ImageExposure {
  const affected = vulnerabilities.filter(({ state }) => isAffected(state));
  const count = (is: (one: ImageVulnerability) => boolean) => affected.filter(is).length;
  return {
    affected: sortedBy(affected, weightOrder),
    unknown: sortedBy(
      vulnerabilities.filter(({ state }) => state === 'unknown'),
      ({ id }) => id,
    ),
    cleared: sortedBy(
      vulnerabilities.filter(({ state }) => state === 'vendor-says-not-affected'),
      ({ id }) => id,
    ),
    fixable: count(({ state }) => state === 'affected-fix-available'),
    exploited: count(({ exploited }) => exploited !== null),
    critical: count(isCritical),
    unscored: count(({ cvss }) => cvss === null),
  };
}

/** True from the base score on that CVSS calls critical. */
export const isCritical = ({ cvss }: Pick<ImageVulnerability, 'cvss'>): boolean =>
  cvss !== null && cvss.score >= CRITICAL_SCORE;

/** Exploited ones first, then by EPSS, then by CVSS; what is not known stands behind what is. */
function weightOrder({ exploited, epss, cvss, id }: ImageVulnerability): string {
  const falling = (value: number | null, most: number) =>
    value === null ? '~' : (most - value).toFixed(9).padStart(12, '0');
  return [exploited === null ? 1 : 0, falling(epss, 1), falling(cvss?.score ?? null, 10), id].join(
    '\n',
  );
}
