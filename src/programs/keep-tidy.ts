import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/load-settings.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { HOUR_MS, MINUTE_MS } from '../shared/time.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
import type { Store } from '../store/open-store.ts';
import type { Keeping } from '../store/tidy.ts';

/** How long the settings want things kept. The audit goes beside the file of the
 * database, or into ./data, where they name none. */
export function keepingOf({
  history,
  databaseUrl,
}: Pick<Settings, 'history' | 'databaseUrl'>): Keeping {
  const place = parseDatabaseUrl(databaseUrl.reveal());
  const beside = place.kind === 'sqlite' ? `${place.path}.audit.jsonl` : './data/audit.jsonl';
  return {
    historyDays: history.keepDays,
    auditDays: history.auditKeepDays,
    auditFile: history.auditFile ?? beside,
  };
}

/** Tidies the database soon and then every hour, until it is closed. */
export function keepTidy(
  store: Pick<Store, 'tidy' | 'size'>,
  keeping: Keeping,
  log: Logger,
): { close(): Promise<void> } {
  const stop = new AbortController();
  const { signal } = stop;
  const wait = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  const work = (async () => {
    for (await wait(MINUTE_MS); !signal.aborted; await wait(HOUR_MS)) {
      try {
        const rows = await store.tidy(keeping, signal);
        const { bytes, disk } = await store.size.measure();
        log.info({ rows, bytes, disk }, 'the database is tidy');
      } catch (error) {
        const isOutside = error instanceof OutsideError;
        log[isOutside ? 'warn' : 'error']({ error }, 'the database could not be tidied');
      }
    }
  })();
  return {
    async close() {
      stop.abort();
      await work;
    },
  };
}
