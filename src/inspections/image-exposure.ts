import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import type { ImageExposure } from '../answers/image-answer.ts';
import { otherNames } from '../exposure/advisory.ts';
import { ecosystemOfInventory } from '../exposure/ecosystem.ts';
import {
  type CoverGap,
  coverGap,
  coverGaps,
  gapText,
  isOfOneRecord,
} from '../exposure/feed-covers.ts';
import {
  type InstalledPackage,
  packagesOfComponents,
  packagesOfSystem,
  unseenOf,
} from '../exposure/installed.ts';
import { isOfKernel } from '../exposure/judge.ts';
import { byInventory, type FoundVulnerability, isCleared } from '../exposure/judge-inventory.ts';
import { keptPairs, TOO_MANY_PAIRS } from '../exposure/pair-limits.ts';
import { endedOn } from '../exposure/release-ends.ts';
import { byWorst } from '../exposure/verdict.ts';
import {
  indexStatements,
  type StatementsHere,
  withStatement,
  withWordOnImage,
} from '../exposure/vex-index.ts';
import type { ImageNames } from '../exposure/vex-product.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { Clock } from '../ports/clock.ts';
import type { FeedStore } from '../ports/feed-store.ts';
import type { FilesystemStore, MatchedFilesystem } from '../ports/filesystem-store.ts';
import type { ContentsKey } from '../ports/image-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { once } from '../shared/once.ts';
import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import { counted } from '../shared/text.ts';
import { yieldToEvents } from '../shared/yield-to-events.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';
import { toldAges, withAges } from './feed-ages.ts';
import { rememberPackages } from './judge-packages.ts';
import { exposureOf, weights } from './weigh-vulnerabilities.ts';

/** Inventories whose packages are in memory at once. */
const INVENTORIES_AT_ONCE = 20;
/** CISA’s catalogue. */
const KEV = 'kev';
/** Statements that are judged by; of what is beyond `exposure` knows. */
const STATEMENTS_MAX = 200_000;

export interface ExposureParts {
  store: Pick<ScanStore, 'listInventories'>;
  filesystems: Pick<FilesystemStore, 'readComponents'>;
  feeds: FeedStore;
  now: Clock;
  /** See `feeds.staleAfter` of the settings. */
  feedsStaleAfterMs: number;
}

/** What is known to be in an image; null for what was not read. */
export interface JudgedContents {
  inventory: PackageInventory | null;
  filesystem: MatchedFilesystem | null;
}

/** Judges contents for one question; what was read of feeds is kept until it is answered. */
export interface InventoryJudge {
  /** What it judges by. */
  feeds: ExposureAnswer['feeds'];
  /** True where a feed says what is exploited, and is not too old to. */
  knowsExploited: boolean;
  /** What feeds have of each; unread where they cover nothing of it. */
  judge(
    contents: readonly JudgedContents[],
    image?: ImageNames | null,
  ): Promise<Reading<ImageExposure>[]>;
  /**
   * The same of contents by key, a few at a time; those that are no longer stored are left out. With an image,
   * also by what statements (VEX) say of it.
   */
  judgeKeys(
    keys: readonly ContentsKey[],
    image?: ImageNames | null,
  ): AsyncGenerator<[key: ContentsKey, Reading<ImageExposure>]>;
  /** True where a statement may speak of images: each is then judged by its own names. */
  namesImages: boolean;
  /** True where one speaks of this image. */
  names(image: ImageNames): boolean;
}

/** What records have of contents, and why nothing of the rest. */
interface Found {
  vulnerabilities: FoundVulnerability[];
  gaps: string[];
}

/**
 * Reads which feeds there are, and judges by them. As a match knows it (`isOfMatch`), what a feed that is too old clears is
 * not affected by the word of a newer one.
 */
export async function openInventoryJudge(
  { store, filesystems, feeds, now, feedsStaleAfterMs }: ExposureParts,
  isOfMatch = false,
): Promise<InventoryJudge> {
  const at = now();
  const known = withAges(await feeds.list(), { now: at, staleAfterMs: feedsStaleAfterMs });
  const gapOf = once((ecosystem: string) => coverGap(ecosystem, known));
  const { statements } = known.some(isOfStatements)
    ? await feeds.listStatements(STATEMENTS_MAX)
    : { statements: [] };
  const stated = indexStatements(statements);
  const ages = isOfMatch ? known.filter(isOfOneRecord) : known;
  const judgePackages = rememberPackages(feeds, stated.doubted, ages);
  /** In order, as many at once as have no more pairs than one may have. */
  async function* judge(contents: readonly JudgedContents[], image: ImageNames | null) {
    const here = stated.of(image);
    let waiting: Reading<Found>[] = [];
    let pairs = 0;
    for (const one of contents) {
      const found = withStatements(await judgeOne(one), here);
      await yieldToEvents();
      pairs += pairsIn(found);
      if (pairs > keptPairs.each) {
        yield* await weigh(feeds, waiting);
        [waiting, pairs] = [[], pairsIn(found)];
      }
      waiting.push(found);
    }
    yield* await weigh(feeds, waiting);
  }

  return {
    feeds: toldAges(known),
    knowsExploited: known.some(({ source, isStale }) => source === KEV && !isStale),
    namesImages: stated.namesImages,
    names: stated.names,
    async judge(contents, image = null) {
      const all: Reading<ImageExposure>[] = [];
      for await (const one of judge(contents, image)) all.push(one);
      return all;
    },
    async *judgeKeys(keys, image = null) {
      for (let start = 0; start < keys.length; start += INVENTORIES_AT_ONCE) {
        const some = await readContents(
          { store, filesystems },
          keys.slice(start, start + INVENTORIES_AT_ONCE),
        );
        const keysOfSome = some.values();
        const contents = some.map((one) => one.contents);
        for await (const exposure of judge(contents, image)) {
          const { value } = keysOfSome.next();
          if (value !== undefined) yield [value.key, exposure];
        }
      }
    },
  };

  async function judgeOne({ inventory, filesystem }: JudgedContents): Promise<Reading<Found>> {
    if (known.length === 0) return unread('no advisory feed was imported yet');
    const system = inventory === null ? null : packagesIn(inventory, gapOf);
    const gaps = system?.state === 'unread' ? [system.reason] : [];
    const ecosystem = inventory === null ? null : ecosystemOfInventory(inventory);
    const ended = ecosystem?.state === 'read' ? endedOn(ecosystem.value, at) : null;
    if (ended !== null)
      gaps.push(`its release gets no fixes since ${ended}, so a missing record proves nothing`);
    const components = packagesOfComponents(filesystem?.components ?? []);
    const judged = components.filter(({ ecosystem }) => gapOf(ecosystem) !== 'uncovered');
    const packages = system?.state === 'read' ? [...system.value, ...judged] : judged;
    const { said, left } = await judgePackages(packages);
    if (left > 0) gaps.push(`${counted(left, 'package')}: ${TOO_MANY_PAIRS}`);
    gaps.push(...gapsIn([...packages, ...components], gapOf));
    const missed = filesystem === null ? null : unseenOf(filesystem, null);
    if (missed !== null) gaps.push(missed);
    const [why = 'nothing in it has a name that advisories use'] = gaps;
    return system?.state === 'read' || judged.length > 0
      ? read({ vulnerabilities: byInventory(said), gaps })
      : unread(why);
  }
}

type GapOf = (ecosystem: string) => CoverGap | null;

/** Why a missing record of what these packages are of proves nothing. */
function gapsIn(packages: readonly InstalledPackage[], gapOf: GapOf): string[] {
  const ecosystems = [...new Set(packages.map(({ ecosystem }) => ecosystem))].sort();
  const byGap = Map.groupBy(ecosystems, gapOf);
  return coverGaps.flatMap((gap) => {
    const of = byGap.get(gap);
    return of ? [gapText(gap, of)] : [];
  });
}

/** What is found, with the weight of each vulnerability. */
async function weigh(
  feeds: FeedStore,
  judged: readonly Reading<Found>[],
): Promise<Reading<ImageExposure>[]> {
  const found = judged.flatMap((one) => (one.state === 'read' ? one.value.vulnerabilities : []));
  const weighed = await weights(feeds, found);
  return judged.map((one) =>
    mapRead(one, ({ vulnerabilities, gaps }) => exposureOf(vulnerabilities.map(weighed), gaps)),
  );
}

const pairsIn = (found: Reading<Found>): number =>
  found.state === 'unread'
    ? 0
    : found.value.vulnerabilities.reduce((sum, { packages }) => sum + packages.length, 0);

/** What is found, with what statements say of it; the worst package of each counts. */
function withStatements(found: Reading<Found>, here: StatementsHere): Reading<Found> {
  if (found.state === 'unread') return found;
  const vulnerabilities = found.value.vulnerabilities.flatMap((one) => {
    const ids = [one.id, ...otherNames(one.advisories)];
    const packages = one.packages
      .map(({ installed, verdict }) => {
        const said = here.about(ids, installed);
        return { installed, verdict: withStatement(verdict, said, installed.ecosystem) };
      })
      .sort((a, b) => byWorst(a.verdict, b.verdict));
    // What records clear, and nobody else speaks of, is no news.
    const told = packages.filter(
      ({ verdict }) => !isCleared(verdict) || verdict.record?.through === 'statement',
    );
    const [worst] = packages;
    if (worst === undefined) return [];
    const { state } = withWordOnImage(worst.verdict, here, ids);
    return told.length === 0 && state === 'vendor-says-not-affected'
      ? []
      : [{ ...one, packages: told.length === 0 ? packages : told, state }];
  });
  return read({ ...found.value, vulnerabilities });
}

/** Packages of a system that are judged: the kernel is the host's. Unread with the reason where none can be. */
function packagesIn(inventory: PackageInventory, gapOf: GapOf): Reading<InstalledPackage[]> {
  if (inventory.manager === null) return unread('it has no package database of a known kind');
  const ecosystem = ecosystemOfInventory(inventory);
  if (ecosystem.state === 'unread') return ecosystem;
  if (gapOf(ecosystem.value) === 'uncovered') {
    return unread(gapText('uncovered', [ecosystem.value]));
  }
  return read(packagesOfSystem(inventory, ecosystem.value).filter((one) => !isOfKernel(one)));
}

/** What is stored of these; a key of which something is gone is left out. */
async function readContents(
  { store, filesystems }: Pick<ExposureParts, 'store' | 'filesystems'>,
  keys: readonly ContentsKey[],
): Promise<{ key: ContentsKey; contents: JudgedContents }[]> {
  const inventories = new Map(
    (await store.listInventories({ keys: distinctOf(keys.map((one) => one.inventory)) })).map(
      (one) => [one.key, one],
    ),
  );
  const files = await filesystems.readComponents(distinctOf(keys.map((one) => one.filesystem)));
  return keys.flatMap((key) => {
    const inventory = key.inventory === null ? null : inventories.get(key.inventory);
    const filesystem = key.filesystem === null ? null : files.get(key.filesystem);
    if (inventory === undefined || filesystem === undefined) return [];
    return [{ key, contents: { inventory, filesystem } }];
  });
}

const distinctOf = <T>(keys: readonly (T | null)[]): T[] => [
  ...new Set(keys.filter((key) => key !== null)),
];
