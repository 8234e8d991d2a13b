import { join } from 'node:path';
import { type DownloadTimings, openDownloads } from '../../src/feeds/download.ts';
import { feedSources, syncFeeds } from '../../src/feeds/sync-feeds.ts';
import type { FeedOrigin, FeedOutcome } from '../../src/ports/feed-sync.ts';
import type { OsRelease } from '../../src/snapshot/facts/packages.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createFeedFetches } from '../../src/store/feed-fetch.ts';
import { createFeedsStore } from '../../src/store/feeds.ts';

export const debian: OsRelease = { id: 'debian', versionId: '12', prettyName: 'Debian 12' };
export const alpine: OsRelease = { id: 'alpine', versionId: '3.20.3', prettyName: 'Alpine 3.20' };

/** Fetches feeds into a database, as the thread does, with a clock that is set by hand. */
export async function openSyncRig(url: string, folder: string, timings?: Partial<DownloadTimings>) {
  const clock = { at: Date.parse('2026-11-27T08:00:00Z') };
  const now = () => clock.at;
  const database = await openDatabase(url, now);
  const feeds = createFeedsStore(database, now);
  const fetches = createFeedFetches(database, now);
  const downloads = join(folder, 'downloads');
  return {
    clock,
    feeds,
    fetches,
    downloads,
    close: () => database.close(),
    /** What came of it, by feed. */
    async sync(
      origins: readonly FeedOrigin[],
      {
        releases = [debian],
        languages = [] as string[],
        isForced = true,
        everyMs = 6 * 3_600_000,
        proxy = null as never,
      } = {},
    ): Promise<Map<string, FeedOutcome>> {
      const outcomes = new Map<string, FeedOutcome>();
      const opened = await openDownloads({ folder: downloads, owner: 'a', proxy, timings });
      await syncFeeds({
        sources: feedSources(origins, { releases, languages }),
        feeds,
        fetches,
        downloads: opened,
        everyMs,
        isForced,
        owner: 'a',
        now,
        onOutcome: (outcome) => outcomes.set(outcome.source, outcome),
      });
      opened.close();
      return outcomes;
    },
    /** Ids of the records that answer for a vulnerability. */
    idsOf: async (id: string) => (await feeds.recordsOf(id)).map(({ advisory }) => advisory.id),
    stateOf: async (source: string) =>
      (await feeds.list()).find((state) => state.source === source),
  };
}
