import { coverGap, isOfOneRecord, isOfRepository } from '../exposure/feed-covers.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { FeedState } from '../ports/feed-store.ts';

/** A feed with what follows from its age. */
export interface AgedFeed extends FeedState {
  /** True where it is older than it may be, so that its "no" is "unknown". */
  isStale: boolean;
  /**
   * The same of one of which something newer is expected: what is new is not known from it, and somebody has to look.
   * Never of what was never taken and nobody fetches any more.
   */
  isOverdue: boolean;
}

/**
 * Feeds with their ages: by the newest record, by when it was taken where no record has a date, or by when its publisher
 * last said that there is no newer one.
 */
export const withAges = (
  feeds: readonly FeedState[],
  { now, staleAfterMs }: { now: number; staleAfterMs: number },
): AgedFeed[] =>
  feeds.map((feed) => {
    const times = [feed.asOf ?? feed.loadedAt, feed.confirmedAt].filter((at) => at !== null);
    const newest = Math.max(...times.map((at) => Date.parse(at)));
    const isStale = feed.loadedAt === null || now - newest > staleAfterMs;
    const isTried = feed.triedAt !== null && now - Date.parse(feed.triedAt) <= staleAfterMs;
    const isWanted = feed.loadedAt !== null || isTried;
    return { ...feed, isStale, isOverdue: isStale && isWanted && isRenewed(feed) };
  });

/** Of one record and of statements nobody expects anything newer. */
const isRenewed = (feed: FeedState): boolean => !isOfOneRecord(feed) && !isOfStatements(feed);

/**
 * As answers tell the ages of feeds, and which are a part of what they say something about while nothing has the rest:
 * without documents of statements, which tell their own.
 */
export const toldAges = (
  feeds: readonly AgedFeed[],
): Pick<AgedFeed, 'source' | 'asOf' | 'isStale' | 'isPart'>[] =>
  feeds
    .filter((feed) => !isOfStatements(feed))
    .map((feed) => {
      const { source, asOf, isStale, ecosystems } = feed;
      const mayLack = feed.isPart || isOfOneRecord(feed) || isOfRepository(source);
      const isPart = mayLack && ecosystems.some((one) => coverGap(one, feeds) === 'some');
      return { source, asOf, isStale, isPart };
    });
