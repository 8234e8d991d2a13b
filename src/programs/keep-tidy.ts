import type { Logger } from '../shared/logger.ts';
import { MINUTE_MS } from '../shared/time.ts';
import type { Store } from '../store/open-store.ts';
import type { Keeping } from '../store/tidy.ts';
import { openJob } from '../timers/job.ts';

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
