import { isOfOneRecord } from '../exposure/feed-covers.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { FeedState } from '../ports/feed-store.ts';

/** A feed with what follows from its age. */
export interface AgedFeed extends FeedState {
  /** True where it is older than it may be, so that its "no" is "unknown". */
  isStale: boolean;
  /** The same of one of which something newer is expected: what is new is not known from it, and somebody has to look. */
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
    return { ...feed, isStale, isOverdue: isStale && isRenewed(feed) };
  });

/** Of one record, of statements, and of what was refused when it was to be imported, nobody expects anything newer. */
const isRenewed = (feed: FeedState): boolean =>
  !isOfOneRecord(feed) &&
  !isOfStatements(feed) &&
  (feed.loadedAt !== null || feed.triedAt !== null);

/** Names of feeds by whose "no" nothing is cleared of which a newer one says otherwise. Statements do not get old. */
export const tooOldToClear = (
  feeds: readonly FeedState[],
  at: Parameters<typeof withAges>[1],
): string[] =>
  withAges(feeds, at).flatMap((feed) =>
    feed.isStale && feed.loadedAt !== null && !isOfStatements(feed) ? [feed.source] : [],
  );
