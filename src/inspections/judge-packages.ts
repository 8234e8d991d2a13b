import type { AdvisoryRecord } from '../exposure/advisory.ts';
import type { InstalledPackage } from '../exposure/installed.ts';
import { type SaidOfPackage, saidOf } from '../exposure/judge-inventory.ts';
import { comparedPairs, keptPairs } from '../exposure/pair-limits.ts';
import { indexRecords, type RecordIndex } from '../exposure/record-index.ts';
import type { FeedStore } from '../ports/feed-store.ts';
import { yieldToEvents } from '../shared/yield-to-events.ts';

/** Pairs that are compared before others have a turn. */
const PAIRS_IN_A_TURN = 5_000;

/** What records say of the packages of one image. */
export interface JudgedPackages {
  said: SaidOfPackage[];
  /** Packages that records name and that were not judged, since there are more pairs than are taken. */
  left: number;
}

/** A package, and how many pairs it makes with records that name it. */
interface CountedPackage {
  key: string;
  installed: InstalledPackage;
  index: RecordIndex;
  pairs: number;
}

/**
 * Judges packages of one image after another. Images share most of theirs: each is judged once. Of an image
 * with more pairs than are taken those packages are judged that make fewer of them. Others have turns meanwhile. By
 * `ages` of feeds what an old one says does not stand against a newer one.
 */
export function rememberPackages(
  feeds: Pick<FeedStore, 'recordsAbout'>,
  doubted: ReadonlySet<string>,
  ages: readonly { source: string; isStale: boolean }[],
) {
  const stale = new Set(ages.flatMap(({ source, isStale }) => (isStale ? [source] : [])));
  const indexFor = rememberRecords(feeds);
  const takeTurns = turnsBy(PAIRS_IN_A_TURN);
  const remembered = new Map<string, readonly SaidOfPackage[]>();
  let pairs = 0;

  async function count(packages: readonly InstalledPackage[]): Promise<CountedPackage[]> {
    const counted: CountedPackage[] = [];
    for (const [ecosystem, all] of Map.groupBy(packages, (one) => one.ecosystem)) {
      const distinct = distinctOf(all);
      const index = await indexFor(ecosystem, [...distinct.values()]);
      for (const [key, installed] of distinct) {
        const made = index.pairsOf(installed);
        counted.push({ key, installed, index, pairs: made });
        await takeTurns(1 + made / 100);
      }
    }
    const sum = counted.reduce((total, one) => total + one.pairs, 0);
    return sum <= keptPairs.each ? counted : counted.sort((a, b) => a.pairs - b.pairs);
  }

  function judge({ key, installed, index }: CountedPackage): readonly SaidOfPackage[] {
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const said = saidOf(installed, index, doubted, stale);
    pairs += said.length;
    if (pairs > keptPairs.each) {
      remembered.clear();
      pairs = said.length;
    }
    remembered.set(key, said);
    return said;
  }

  return async (packages: readonly InstalledPackage[]): Promise<JudgedPackages> => {
    const said: SaidOfPackage[] = [];
    let compared = 0;
    const counted = await count(packages);
    for (const [done, one] of counted.entries()) {
      compared += one.pairs;
      const of = compared > comparedPairs.each ? null : judge(one);
      if (of === null || said.length + of.length > keptPairs.each) {
        return { said, left: counted.length - done };
      }
      const { installed } = one;
      // In another image the same library lies elsewhere, and a package is of another architecture.
      for (const each of of) said.push({ ...each, judged: { ...each.judged, installed } });
      await takeTurns(1 + one.pairs);
    }
    return { said, left: 0 };
  };
}

/** Lets others run whenever so much was done. */
function turnsBy(most: number): (amount: number) => Promise<void> {
  let done = 0;
  return async (amount) => {
    done += amount;
    if (done < most) return;
    done = 0;
    await yieldToEvents();
  };
}

/** One that is there for two architectures is one. */
function distinctOf(packages: readonly InstalledPackage[]): Map<string, InstalledPackage> {
  const distinct = new Map<string, InstalledPackage>();
  for (const one of packages) {
    const { architecture: _several, ...ofAny } = one;
    const key = packageKey(one);
    distinct.set(key, distinct.has(key) ? ofAny : one);
  }
  return distinct;
}

const packageKey = (one: InstalledPackage): string =>
  [
    ...[one.ecosystem, one.name, one.version, one.sourceName, one.sourceVersion],
    ...[one.isMainModule, one.found?.purl ?? '', one.builtBy ?? ''],
  ].join('\n');

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
