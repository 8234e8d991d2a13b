import type { FeedSettings } from '../config/load-settings.ts';
import type { Logger } from '../shared/logger.ts';
import { MINUTE_MS } from '../shared/time.ts';
import type { Store } from '../store/open-store.ts';
import type { Keeping } from '../store/tidy.ts';
import { openJob } from '../timers/job.ts';
import type { OpenFeedSync } from './feed-sync.ts';

/** How often it is looked whether a feed is due; not together with what others do on the minute. */
const EVERY_FIVE_MINUTES = '40 */5 * * * *';

/** Fetches feeds soon and whenever they are due, until it is closed, which ends what is being fetched. */
export async function keepFeeds(
  sync: OpenFeedSync,
  { everyMs }: Pick<FeedSettings, 'everyMs'>,
  log: Logger,
  firstAfterMs = MINUTE_MS,
): Promise<{ close(): Promise<void> }> {
  await sync.removeLeftovers();
  if (everyMs === null) return sync;
  const job = openJob({
    pattern: EVERY_FIVE_MINUTES,
    async work() {
      for (const { source, outcome, reason, refused } of await sync.run({ isForced: false })) {
        if (outcome === 'busy') continue;
        const level = outcome === 'failed' ? 'warn' : 'info';
        log[level]({ source, outcome, reason, refused: refused.count }, 'a feed was fetched');
      }
    },
    failure: 'feeds could not be fetched',
    log,
  });
  job.wakeIn(firstAfterMs);
  return {
    async close() {
      const closed = job.close();
      await sync.close();
      await closed;
    },
  };
}

/** Not together with what others do on the hour. */
const EVERY_HOUR = '0 17 * * * *';

/** Tidies the database soon and then every hour, until it is closed. */
export function keepTidy(
  store: Pick<Store, 'tidy' | 'size'>,
  keeping: Keeping,
  log: Logger,
): { close(): Promise<void> } {
  const stop = new AbortController();
  const job = openJob({
    pattern: EVERY_HOUR,
    async work() {
      const rows = await store.tidy(keeping, stop.signal);
      const { bytes, disk } = await store.size.measure();
      log.info({ rows, bytes, disk }, 'the database is tidy');
    },
    failure: 'the database could not be tidied',
    log,
  });
  job.wakeIn(MINUTE_MS);
  return {
    async close() {
      stop.abort();
      await job.close();
    },
  };
}
