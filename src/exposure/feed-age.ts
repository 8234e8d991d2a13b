import type { FeedCoverage } from './asked-inventory.ts';
import type { VerdictRecord } from './verdict.ts';

/** Alpine has a file for each repository of a release, of different packages. */
const isOfRepository = (source: string): boolean => source.startsWith('alpine-secdb/');
/** One record that somebody imported, which is a feed of its own: ecosystems have no hyphen in their names. */
const isOfOneRecord = (source: string): boolean => /^osv\/[^-]{1,40}-/.test(source);

/**
 * True where what a record says may have changed since: neither its own feed is recent, nor one that has all packages of
 * its ecosystem. A file that has other packages says nothing of these.
 */
export function isOutdated(
  { ecosystem, source: own }: Pick<VerdictRecord, 'ecosystem' | 'source'>,
  feeds: readonly FeedCoverage[],
): boolean {
  const covering = feeds.filter((feed) => feed.ecosystem === ecosystem);
  const repositories = covering.filter(({ source }) => isOfRepository(source));
  const areRepositoriesFresh = repositories.every(({ isStale }) => !isStale);
  return !covering.some(({ source, isStale }) => {
    if (isStale) return false;
    if (source === own) return true;
    if (isOfRepository(source)) return !isOfRepository(own) && areRepositoriesFresh;
    return !isOfOneRecord(source);
  });
}
