import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { parseDatabaseUrl } from './database-url.ts';
import { toStoreError } from './store-error.ts';

/** Whoever presses Tab does not wait for a writer. */
const BUSY_MS = 200;

/**
 * Names of containers that exist, in order, at most so many; for completion, so the file is neither
 * checked nor changed nor made. Null where that takes longer than a key press may: on PostgreSQL, and without
 * a file. Throws `OutsideError` 'store-failed' when the file cannot be read.
 */
export function peekContainerNames(url: string, most: number): string[] | null {
  const place = parseDatabaseUrl(url);
  if (place.kind === 'postgres' || !existsSync(place.path)) return null;
  try {
    const database = new Database(place.path, { readonly: true, timeout: BUSY_MS });
    try {
      return database
        .prepare<[number], string>(
          'select distinct name from container where closed_at is null order by name limit ?',
        )
        .pluck()
        .all(most);
    } finally {
      database.close();
    }
  } catch (error) {
    throw toStoreError(error);
  }
}
