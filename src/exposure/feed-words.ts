import type { FeedCoverage } from './asked-inventory.ts';
import { isOfRepository, isOfSome } from './feed-covers.ts';
import type { verdictsOf } from './judge-named.ts';
import type { NamedPackage } from './record-index.ts';
import { isByStatement, type Verdict, type VerdictRecord } from './verdict.ts';

/** What is old may have changed since: a "no" of it is none. */
export function withAge(verdict: Verdict, feeds: readonly FeedCoverage[]): Verdict {
  if (verdict.state !== 'vendor-says-not-affected' && verdict.state !== 'not-present')
    return verdict;
  const { record } = verdict;
  // What somebody says of a version does not get old.
  if (isByStatement(verdict)) return verdict;
  if (!isOutdated(record, feeds)) return verdict;
  return { state: 'unknown', reason: 'feed-stale', record, note: '' };
}

/** The names of feeds that are too old, in order. */
export const staleIn = (feeds: readonly FeedCoverage[]): string[] =>
  [...new Set(feeds.flatMap(({ source, isStale }) => (isStale ? [source] : [])))].sort();

/** True for a feed that is too old, and one that nobody takes again: its word stands against no newer one. */
export function isSpent(feeds: readonly FeedCoverage[]): (source: string) => boolean {
  const spent = new Set(staleIn(feeds.filter(({ isOfOne }) => isOfOne === true)));
  return (source) => spent.has(source);
}

/** A "no" of a feed that is too old does not stand against what a newer one says of the package. */
export function ofFreshest(
  verdictOf: ReturnType<typeof verdictsOf>,
  named: readonly NamedPackage[],
  isStale: (source: string) => boolean,
): Verdict | undefined {
  const verdict = verdictOf(named);
  return ofNewer(verdict, verdictOf, named, isStale) ?? verdict;
}

/**
 * What newer feeds say of a package of which the verdict by all feeds is the "no" of one that is too old; undefined where it
 * is something else, or they say nothing.
 */
export function ofNewer(
  verdict: Verdict | undefined,
  verdictOf: ReturnType<typeof verdictsOf>,
  named: readonly NamedPackage[],
  isStale: (source: string) => boolean,
): Verdict | undefined {
  if (verdict?.state !== 'vendor-says-not-affected' || named.length === 1) return undefined;
  if (!isStale(verdict.record.source)) return undefined;
  return verdictOf(named.filter(({ record }) => !isStale(record.source)));
}

/**
 * True where what a record says may have changed since: neither its own feed is recent, nor one that has all packages of
 * its ecosystem. A file that has other packages says nothing of these.
 */
function isOutdated(
  { ecosystem, source: own }: Pick<VerdictRecord, 'ecosystem' | 'source'>,
  feeds: readonly FeedCoverage[],
): boolean {
  const covering = feeds.filter((feed) => feed.ecosystem === ecosystem);
  const repositories = covering.filter(({ source }) => isOfRepository(source));
  const areRepositoriesFresh = repositories.every(({ isStale }) => !isStale);
  return !covering.some((feed) => {
    const { source, isStale } = feed;
    if (isStale) return false;
    if (source === own) return true;
    if (isOfRepository(source)) return !isOfRepository(own) && areRepositoriesFresh;
    return !isOfSome(feed, ecosystem);
  });
}
