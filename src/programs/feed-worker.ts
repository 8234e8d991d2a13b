// Runs in a process of its own: fetches feeds, reads them and stores them over a connection of its own, so that
// whoever asks in Slack never waits for it. It may be ended at any moment: what is not whole does not answer.
import { randomUUID } from 'node:crypto';
import { openDownloads, removeLeftDownloads } from '../feeds/download.ts';
import { feedSources, type Installed, syncFeeds } from '../feeds/sync-feeds.ts';
import type { FeedOrigin, FeedOutcome } from '../ports/feed-sync.ts';
import { serveParent } from '../shared/bare-process.ts';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import type { WayOut } from '../shared/proxied-options.ts';
import { type OpenDatabase, openDatabase } from '../store/database.ts';
import { createFeedFetches, restingDatabase } from '../store/feed-fetch.ts';
import { createFeedsStore } from '../store/feeds.ts';

/** Slack takes some fifty edits a minute, of all messages together. */
const BYTES_EVERY_MS = 3_000;

export interface FeedWork {
  databaseUrl: string;
  folder: string;
  origins: readonly FeedOrigin[];
  installed: Installed;
  everyMs: number | null;
  isForced: boolean;
  proxy: WayOut | null;
}

/** What it says: how much of a file is there, each outcome, and how it ended. */
export type FeedReply =
  | { kind: 'bytes'; bytes: number }
  | { kind: 'outcome'; outcome: FeedOutcome }
  | { kind: 'end' }
  | { kind: 'outside'; code: ErrorCode; detail: string };

async function run(work: FeedWork): Promise<void> {
  const { databaseUrl, folder, origins, installed, proxy, ...asked } = work;
  const { now } = Date;
  let opened: OpenDatabase | undefined;
  try {
    opened = await openDatabase(databaseUrl, now);
    const database = await restingDatabase(opened);
    const feeds = createFeedsStore(database, now);
    await removeLeftDownloads(folder, () => feeds.listHolders());
    const owner = randomUUID();
    const downloads = await openDownloads({ folder, owner, proxy, onBytes: tellBytes() });
    await syncFeeds({
      ...asked,
      sources: feedSources(origins, installed),
      feeds,
      fetches: createFeedFetches(database, now),
      downloads,
      owner,
      now,
      onOutcome: (outcome) => say({ kind: 'outcome', outcome }),
    });
    downloads.close();
    say({ kind: 'end' });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    say({ kind: 'outside', code: error.code, detail: error.detail });
  } finally {
    await opened?.close();
  }
}

/** Tells of bytes now and then. */
function tellBytes(): (bytes: number) => void {
  let dueAt = 0;
  return (bytes) => {
    if (performance.now() < dueAt) return;
    dueAt = performance.now() + BYTES_EVERY_MS;
    say({ kind: 'bytes', bytes });
  };
}

const say = serveParent<FeedWork, FeedReply>(run);
