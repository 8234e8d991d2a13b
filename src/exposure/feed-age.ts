import type { FeedCoverage } from './asked-inventory.ts';
import type { VerdictRecord } from './verdict.ts';

/** Alpine has a file for each repository of a release, of different packages. */
const isOfRepository = (source: string): boolean => source.startsWith('alpine-secdb/');
/** What OSV publishes names other ecosystems too: only the archive of one has all of its packages. */
const isOfOtherOsv = (source: string, ecosystem: string): boolean =>
  source.startsWith('osv/') && source !== `osv/${ecosystem.split(':', 1)[0]}`;

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
    return !isOfOtherOsv(source, ecosystem);
  });
}
