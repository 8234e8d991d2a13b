import type { FeedState } from '../ports/feed-store.ts';
import { DAY_MS } from '../shared/time.ts';

/**
 * How old what a feed says may be. Grype refuses a database of more than five days; here a "no" of such
 * a feed becomes "unknown", and what is affected stays so.
 */
const STALE_AFTER_MS = 5 * DAY_MS;

/** Feeds with whether each is too old to say "no": by its newest record, else by when it was taken. */
export const withAges = (
  feeds: readonly FeedState[],
  now: number,
): (FeedState & { isStale: boolean })[] =>
  feeds.map((feed) => {
    const newest = feed.asOf ?? feed.loadedAt;
    return { ...feed, isStale: newest === null || now - Date.parse(newest) > STALE_AFTER_MS };
  });
