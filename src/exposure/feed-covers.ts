import { REDHAT_VEX } from './parse-redhat-vex.ts';
import { UBUNTU_VEX } from './parse-ubuntu-vex.ts';

/** Alpine has a file for each repository of a release, of different packages. */
export const isOfRepository = (source: string): boolean => source.startsWith('alpine-secdb/');
const REPOSITORIES = ['main', 'community'];

/** A feed by what it is called, and whether nobody says that it is all of it. */
export interface NamedFeed {
  source: string;
  isPart: boolean;
}

/** True for one record of OSV, whose ids alone have a hyphen, and for one document of a distribution. */
export const isOfOneRecord = ({ source }: { source: string }): boolean =>
  source.startsWith(`${UBUNTU_VEX}/`) ||
  source.startsWith(`${REDHAT_VEX}/`) ||
  /^osv\/[^-]+-/.test(source);

/**
 * True for what has only some packages of an ecosystem, or may have: what OSV publishes names others too, and only the
 * archive of one has all of it; one document of a distribution is about one vulnerability; and of records that somebody
 * put together nobody says that there are no more.
 */
export const isOfSome = ({ source, isPart }: NamedFeed, ecosystem: string): boolean =>
  isPart ||
  (source.startsWith('osv/') && source !== `osv/${ecosystem.split(':', 1)[0]}`) ||
  isOfOneRecord({ source });

/**
 * True where feeds together have all packages of an ecosystem. Some records that somebody imported, and the archive of
 * another ecosystem, name some of them and say nothing of the rest.
 */
export function isCoveredWhole(
  ecosystem: string,
  feeds: readonly (NamedFeed & { ecosystems: readonly string[] })[],
): boolean {
  const named = feeds.filter(({ ecosystems }) => ecosystems.includes(ecosystem));
  const isWhole = (feed: NamedFeed) => !isOfRepository(feed.source) && !isOfSome(feed, ecosystem);
  return (
    named.some(isWhole) ||
    REPOSITORIES.every((one) =>
      named.some(({ source }) => isOfRepository(source) && source.endsWith(`/${one}`)),
    )
  );
}
