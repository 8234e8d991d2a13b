import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Clock } from '../ports/clock.ts';
import { OutsideError } from '../shared/errors.ts';
import { BUSY_TIMEOUT_MS } from './busy.ts';
import { SQLITE_CLOCK } from './leases.ts';
import { keepPrivate } from './own-files.ts';
import { aboutFile, isDamage, toStoreError } from './store-error.ts';

/** Checking took half a second per GB that was in memory, and waits for the disk otherwise. */
const MAXIMUM_CHECKED_BYTES = 512 * 1024 * 1024;

const LOG_BYTES_KEPT = 16 * 1024 * 1024;

/**
 * Opens an SQLite file for the store's one connection, with its folder when that is missing, closed
 * to others, and checks it. A damaged or foreign file is reported as `OutsideError` 'store-failed' and left as
 * it is. `now`: what leases count by. Of a very large file only the header and the schema are checked, to start in time,
 * and of one that the same process opened before: `isChecked`.
 */
export function openSqlite(path: string, now: Clock, isChecked: boolean): Database.Database {
  let database: Database.Database | undefined;
  try {
    keepPrivate(path);
    database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    // Before the first pragma that writes: a damaged file must stay as it was found.
    checkIntegrity(database, path, isChecked);
    database.pragma('journal_mode = WAL');
    database.pragma('foreign_keys = ON');
    // FULL: a stored delivery or scan is a promise that survives a power cut.
    database.pragma('synchronous = FULL');
    // A long look lets the log grow; it shrinks again.
    database.pragma(`journal_size_limit = ${LOG_BYTES_KEPT}`);
    // Whole numbers, which a number of JavaScript would not be.
    database.function(SQLITE_CLOCK, () => BigInt(Math.trunc(now())));
    return database;
  } catch (error) {
    database?.close();
    throw describeFailure(aboutFile(error, path), path);
  }
}

function checkIntegrity(database: Database.Database, path: string, isChecked: boolean): void {
  database.pragma('schema_version');
  if (isChecked) return;
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeBytes > MAXIMUM_CHECKED_BYTES) return;
  const answer = database.pragma('quick_check(1)', { simple: true });
  if (answer !== 'ok') throw damaged(path, String(answer));
}

function describeFailure(error: unknown, path: string): unknown {
  if (isDamage(error)) return describeDamage(error, path);
  const failure = toStoreError(error);
  if (failure instanceof OutsideError && !failure.detail.includes(path)) {
    return new OutsideError('store-failed', `${path}: ${failure.detail}`, {
      isRetryable: failure.isRetryable,
      cause: error,
    });
  }
  return failure;
}

/** What SQLite says of damage that it met, as `OutsideError` 'store-failed' that names the file and what to do. */
export function describeDamage(error: unknown, path: string): unknown {
  const failure = toStoreError(error);
  return failure instanceof OutsideError ? damaged(path, failure.detail, error) : failure;
}

function damaged(path: string, detail: string, cause?: unknown): OutsideError {
  const text = `${path} is damaged or no database, and was left as it is (${detail}); restore a backup or move it away`;
  return new OutsideError('store-failed', text, { cause });
}
