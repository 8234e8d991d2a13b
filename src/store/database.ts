import type SqliteDatabase from 'better-sqlite3';
import { type Dialect, Kysely, sql } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type { StoreSize } from '../ports/store-size.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { parseJsonColumns } from './parse-json-columns.ts';
import { storableText } from './query-compilers.ts';
import type { Db, Tables } from './schema.ts';
import { describeDamage, openSqlite, placeKeeper, sqliteDialect } from './sqlite-dialect.ts';
import { isDamage, requireRoom, retryWhileBusy } from './store-error.ts';
import { createStoreSize } from './store-size.ts';

export type Work<T> = (transaction: Db) => Promise<T>;

/**
 * The database of a store: an SQLite file over one connection, or PostgreSQL over a pool. Each method runs
 * all of `work` or nothing of it, on what the database held at one moment, again and again while others are
 * in its way; they reject with `OutsideError` 'store-failed'. Neither may be called within the other: on
 * SQLite it would wait for itself.
 */
export interface Database {
  /** For work that changes nothing. */
  read<T>(work: Work<T>): Promise<T>;
  /**
   * On SQLite it has the one right to write from its beginning. On PostgreSQL whoever meets another is
   * tried again, so what may take longer locks first what it is about, see `locks.ts`.
   */
  write<T>(work: Work<T>): Promise<T>;
  /** The same for what a person waits for: given up after some seconds, with nothing changed. */
  decide<T>(work: Work<T>): Promise<T>;
  /**
   * The same as `write` for statements that each stand for themselves, over many rows that others change as well: on
   * PostgreSQL none is undone because of another.
   */
  writeEach<T>(work: Work<T>): Promise<T>;
  /** For work of a single statement, reading or writing, which is all or nothing by itself. */
  single<T>(work: Work<T>): Promise<T>;
  size: StoreSize;
  close(): Promise<void>;
}

/** A database of which the schema may be changed. */
export interface OpenDatabase extends Database {
  db: Db;
  /** The same on PostgreSQL, whose statements may take as long as a migration of large tables does. */
  unhurried?: Db;
  /** Throws `OutsideError` 'store-failed' where the file could not grow; a server looks after its own disk. */
  requireRoom?: () => void;
}

export interface OpenOptions {
  isChecked?: boolean;
  /** Called whenever the database did what it was asked for. */
  onUsed?: () => void;
}

/**
 * Opens the database that `DATABASE_URL` names, and checks an SQLite file. Rejects with `UserError` for a
 * url that names none, and with `OutsideError` 'store-failed' for a file that cannot be used. One that is
 * started by a process which has it open need not check it again.
 */
export async function openDatabase(
  url: string,
  now: Clock,
  { isChecked = false, onUsed = () => {} }: OpenOptions = {},
): Promise<OpenDatabase> {
  const place = parseDatabaseUrl(url);
  if (place.kind === 'postgres') {
    // Who has a file pays nothing for the other.
    const { postgresDialect, postgresSize, UNHURRIED } = await import('./postgres.ts');
    const db = connect(postgresDialect(url));
    const unhurried = connect(postgresDialect(url, UNHURRIED));
    return {
      ...{ db, unhurried, size: postgresSize(db) },
      ...transactionsOf(db, telling(retryWhileBusy, onUsed), waitNoLonger),
      close: async () => void (await Promise.all([db.destroy(), unhurried.destroy()])),
    };
  }
  const sqlite = openSqlite(place.path, now, isChecked);
  const db = connectSqlite(sqlite);
  const requireInPlace = placeKeeper(place.path);
  const attempt: Attempt = (work, limit) =>
    retryWhileBusy(async () => {
      requireInPlace();
      return work();
    }, limit).catch((error: unknown) => {
      throw isDamage(error) ? describeDamage(error, place.path) : error;
    });
  return {
    ...{
      db,
      ...transactionsOf(db, telling(attempt, onUsed)),
      size: createStoreSize(place.path, now),
    },
    requireRoom: () => requireRoom(place.path),
    async close() {
      await db.destroy();
      // Kysely closes only what it used; closing twice does no harm.
      sqlite.close();
    },
  };
}

type Attempt = typeof retryWhileBusy;

const telling =
  (attempt: Attempt, onUsed: () => void): Attempt =>
  async (...asked) => {
    const result = await attempt(...asked);
    onUsed();
    return result;
  };

/** Somebody sits there and waits. */
const DECIDED_WITHIN_MS = 3_000;

/** PostgreSQL itself ends the wait for a lock, also of a transaction that stands in a queue for one. */
async function waitNoLonger(db: Db): Promise<void> {
  await sql`set local lock_timeout = ${sql.lit(DECIDED_WITHIN_MS)}`.execute(db);
}

function transactionsOf(
  db: Db,
  attempt: Attempt,
  hurry: (db: Db) => Promise<void> = async () => {},
): Pick<Database, 'read' | 'write' | 'decide' | 'writeEach' | 'single'> {
  const transaction = () => db.transaction().setIsolationLevel('repeatable read');
  return {
    read: (work) => attempt(() => transaction().setAccessMode('read only').execute(work)),
    write: (work) => attempt(() => transaction().execute(work)),
    decide: (work) =>
      attempt(
        () =>
          transaction().execute(async (own) => {
            await hurry(own);
            return work(own);
          }),
        { withinMs: DECIDED_WITHIN_MS },
      ),
    writeEach: (work) =>
      attempt(() => transaction().setIsolationLevel('read committed').execute(work)),
    single: (work) => attempt(() => work(db)),
  };
}

/** A Kysely on one SQLite connection; only columns ending in `_json` are parsed. */
export const connectSqlite = (database: SqliteDatabase.Database): Db =>
  connect(sqliteDialect(database));

const connect = (dialect: Dialect): Db =>
  new Kysely<Tables>({ dialect, plugins: [storableText, parseJsonColumns] });
