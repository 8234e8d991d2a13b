import type { FeedCoverage } from '../exposure/asked-inventory.ts';
import { staleIn } from '../exposure/feed-words.ts';
import { clearedByOld } from '../exposure/match-exposed.ts';
import { indexRecords } from '../exposure/record-index.ts';
import type { StatementsHere } from '../exposure/vex-index.ts';
import type { KeptExposure, MatchSource } from '../ports/exposed-store.ts';
import { compareText } from '../shared/text.ts';
import type { KeyedPackage } from './choose-matched.ts';
import { packageKey } from './exposed-changes.ts';

/** Packages of which all records are in memory at once. */
const PACKAGES_AT_ONCE = 200;

/** Of what a match no longer finds (`left`) that which nothing clears but feeds that are too old. */
export async function leftToOld(
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
