import type { Settings } from '../config/load-settings.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
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
