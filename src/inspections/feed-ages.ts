import type { FeedState } from '../ports/feed-store.ts';

/**
 * Feeds with whether each is older than it may be, so that its "no" is "unknown": by its newest record, by
 * when it was taken where no record has a date, or by when its publisher last said that there is no newer one.
 */
export const withAges = (
  feeds: readonly FeedState[],
  { now, staleAfterMs }: { now: number; staleAfterMs: number },
): (FeedState & { isStale: boolean })[] =>
  feeds.map((feed) => {
    const times = [feed.asOf ?? feed.loadedAt, feed.confirmedAt].filter((at) => at !== null);
    const newest = Math.max(...times.map((at) => Date.parse(at)));
    return { ...feed, isStale: feed.loadedAt === null || now - newest > staleAfterMs };
  });
