import type SqliteDatabase from 'better-sqlite3';
import {
  type Dialect,
  HandleEmptyInListsPlugin,
  Kysely,
  replaceWithNoncontingentExpression,
  SqliteDialect,
} from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type { StoreSize } from '../ports/store-size.ts';
import { retryWhileBusy } from './busy.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { kyselyDatabase } from './kysely-database.ts';
import { parseJsonColumns } from './parse-json-columns.ts';
import { postgresSize } from './postgres-size.ts';
import type { Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { storableText } from './storable-text.ts';
import { createStoreSize } from './store-size.ts';

type Work<T> = (transaction: Kysely<Tables>) => Promise<T>;

/** The database of a store: an SQLite file over one connection, or PostgreSQL over a pool. */
export interface Database {
  /** For single statements; what belongs together goes through `inTransaction`. */
  db: Kysely<Tables>;
  /**
   * Runs all of `work` or nothing of it, on what the database held at one moment, again and again while
   * others are in its way. Within it `db` must not be used: on SQLite it would wait for itself.
   */
  inTransaction: <T>(work: Work<T>) => Promise<T>;
  size: StoreSize;
  close(): Promise<void>;
}

/**
 * Opens the database that `DATABASE_URL` names, and checks an SQLite file. Rejects with `UserError` for a
 * url that names none, and with `OutsideError` 'store-failed' for a file that cannot be used.
 */
export async function openDatabase(url: string, now: Clock): Promise<Database> {
  const place = parseDatabaseUrl(url);
  if (place.kind === 'postgres') {
    // Who has a file pays nothing for the other.
    const { postgresDialect } = await import('./postgres.ts');
    return onPostgres(connect(postgresDialect(url)));
  }
  const sqlite = openSqlite(place.path);
  const db = connectSqlite(sqlite);
  return {
    db,
    inTransaction: (work) => retryWhileBusy(() => db.transaction().execute(work)),
    size: createStoreSize(place.path, now),
    async close() {
      await db.destroy();
      // Kysely closes only what it used; closing twice does no harm.
      sqlite.close();
    },
  };
}

function onPostgres(db: Kysely<Tables>): Database {
  return {
    db,
    inTransaction: (work) =>
      retryWhileBusy(() => db.transaction().setIsolationLevel('repeatable read').execute(work)),
    size: postgresSize(db),
    close: () => db.destroy(),
  };
}

/** A Kysely on one SQLite connection; only columns ending in `_json` are parsed. */
export const connectSqlite = (database: SqliteDatabase.Database): Kysely<Tables> =>
  connect(new SqliteDialect({ database: kyselyDatabase(database) }));

function connect(dialect: Dialect): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect,
    plugins: [
      storableText,
      parseJsonColumns,
      new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression }),
    ],
  });
}
