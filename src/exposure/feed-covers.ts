import { isOfStatements } from './vex-statement.ts';

/** The feeds of what distributions say of vulnerabilities in documents. */
export const REDHAT_VEX = 'redhat-vex';
export const UBUNTU_VEX = 'ubuntu-vex';

/** Alpine has a file for each repository of a release, of different packages. */
export const isOfRepository = (source: string): boolean => source.startsWith('alpine-secdb/');
const REPOSITORIES = ['main', 'community'];

/** A feed by what it is called, and whether nobody says that it is all of it. */
export interface NamedFeed {
  source: string;
  isPart: boolean;
}

/** True for a feed of which a file may have a part, and says nowhere that it does. */
export const mayBePart = (source: string): boolean =>
  /^(?:osv\/|debian-tracker$)/.test(source) ||
  source.startsWith(UBUNTU_VEX) ||
  source.startsWith(REDHAT_VEX);

const isOfDocument = (source: string): boolean =>
  source.startsWith(`${UBUNTU_VEX}/`) || source.startsWith(`${REDHAT_VEX}/`);

/** True for one record of OSV, which is a feed of its own, and for one document of a distribution. */
export const isOfOneRecord = ({ source, records }: { source: string; records: number }): boolean =>
  isOfDocument(source) || (source.startsWith('osv/') && records === 1);

/**
 * True for what somebody imports by itself, a document of statements or a single record, and may take back. What is a
 * publisher's is replaced by what that has next.
 */
export const isSingle = (feed: { source: string; records: number }): boolean =>
  isOfStatements(feed) || isOfOneRecord(feed);

/**
 * True for what has only some packages of an ecosystem, or may have: what OSV publishes names others too, and only the
 * archive of one has all of it; one document of a distribution is about one vulnerability; and of records that somebody
 * put together nobody says that there are no more.
 */
export const isOfSome = ({ source, isPart }: NamedFeed, ecosystem: string): boolean =>
  isPart ||
  (source.startsWith('osv/') && source !== `osv/${ecosystem.split(':', 1)[0]}`) ||
  isOfDocument(source);

/** A feed with the ecosystems that it has records of, and whether it is too old for a "no". */
interface CoveringFeed extends NamedFeed {
  ecosystems: readonly string[];
  isStale: boolean;
}

/** Why a missing record of an ecosystem proves nothing, the most of it first. */
export const coverGaps = ['uncovered', 'some', 'stale'] as const;
export type CoverGap = (typeof coverGaps)[number];

/** What feeds lack of an ecosystem, so that a missing record proves nothing; null where they lack nothing. */
export function coverGap(ecosystem: string, feeds: readonly CoveringFeed[]): CoverGap | null {
  const named = feeds.filter(({ ecosystems }) => ecosystems.includes(ecosystem));
  if (named.length === 0) return 'uncovered';
  if (!areWhole(ecosystem, named)) return 'some';
  const fresh = named.filter(({ isStale }) => !isStale);
  return areWhole(ecosystem, fresh) ? null : 'stale';
}

/** The same for people, of the ecosystems that lack it. */
export function gapText(gap: CoverGap, ecosystems: readonly string[]): string {
  const of = ecosystems.join(', ');
  if (gap === 'uncovered') return `no feed covers ${of}`;
  return gap === 'some'
    ? `feeds have only some records of ${of}`
    : `the feeds of ${of} are too old`;
}

/**
 * True where feeds together have all packages of an ecosystem. Some records that somebody imported, and the archive of
 * another ecosystem, name some of them and say nothing of the rest.
 */
function areWhole(ecosystem: string, named: readonly NamedFeed[]): boolean {
  const isWhole = (feed: NamedFeed) => !isOfRepository(feed.source) && !isOfSome(feed, ecosystem);
  return (
    named.some(isWhole) ||
    REPOSITORIES.every((one) =>
      named.some(({ source }) => isOfRepository(source) && source.endsWith(`/${one}`)),
    )
  );
}
