import type { FeedSettings } from '../config/load-settings.ts';
import type { Logger } from '../shared/logger.ts';
import { MINUTE_MS } from '../shared/time.ts';
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
