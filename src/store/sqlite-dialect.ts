import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  type TransactionSettings,
} from 'kysely';
import type { Clock } from '../ports/clock.ts';
import { OutsideError } from '../shared/errors.ts';
import { SQLITE_CLOCK } from './leases.ts';
import { keepPrivate } from './own-files.ts';
import { StorableSqliteCompiler } from './query-compilers.ts';
import { aboutFile, BUSY_TIMEOUT_MS, isDamage, toStoreError } from './store-error.ts';

/**
 * One SQLite connection as Kysely uses it. A transaction that may write takes the right to from its
 * beginning: one that read first and wrote then would be refused once another had written in between.
 */
export function sqliteDialect(database: Database.Database): Dialect {
  const access = { isReading: false };
  return {
    createDriver: () => new OneWriterDriver(kyselyDatabase(database, access), access),
    createAdapter: () => new TransactionalAdapter(),
    createQueryCompiler: () => new StorableSqliteCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** Whether the transaction that is open may only read. SQLite knows of a statement whether it writes. */
interface Access {
  isReading: boolean;
}

/** SQLite undoes changes of the schema as well, so that migrations and the note of them are one transaction. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class OneWriterDriver extends SqliteDriver {
  readonly #access: Access;

  constructor(database: SqliteDatabase, access: Access) {
    super({ database });
    this.#access = access;
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    { accessMode }: TransactionSettings = {},
  ): Promise<void> {
    const mayWrite = accessMode !== 'read only';
    const text = mayWrite ? 'begin immediate' : 'begin';
    await connection.executeQuery(CompiledQuery.raw(text));
    this.#access.isReading = !mayWrite;
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    this.#access.isReading = false;
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection);
    this.#access.isReading = false;
  }
}

/**
 * Failures tell what file they are about. A full disk may have ended a transaction already: rolling it back
 * then changes nothing, and hides no failure.
 */
function kyselyDatabase(database: Database.Database, access: Access): SqliteDatabase {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw aboutFile(error, database.name);
    }
  };
  const prepare = preparing(database);
  return {
    close: () => {
      database.close();
    },
    prepare(sql) {
      const statement = attempt(() => prepare(sql));
      // As PostgreSQL does, so that no suite has to run on it to find a mistake.
      if (access.isReading && !statement.readonly) {
        throw new TypeError(`a readonly transaction wants to write: ${sql}`);
      }
      return {
        reader: statement.reader,
        all: (parameters) => attempt(() => statement.all(parameters)),
        run: (parameters) =>
          sql === 'rollback' && !database.inTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : attempt(() => statement.run(parameters)),
        // One of its own: what is read step by step is in the way of the next that is alike.
        iterate: (parameters) => attempt(() => database.prepare(sql).iterate(parameters)),
      };
    },
  };
}

/** A store has some hundreds of statements, and asks most of them again and again. */
const KEPT_MAX = 300;
/** A longer text names rows one by one, and hardly comes again. */
const KEPT_LENGTH_MAX = 4_000;
/** Not a pragma, which takes effect as it is prepared. */
const COMES_AGAIN = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback)\b/;

/** Prepares statements, and keeps those that were used last: to prepare one takes longer than most take to run. */
function preparing(database: Database.Database): (sql: string) => Database.Statement {
  const kept = new Map<string, Database.Statement>();
  return (sql) => {
    if (sql.length > KEPT_LENGTH_MAX || !COMES_AGAIN.test(sql)) return database.prepare(sql);
    const statement = kept.get(sql) ?? database.prepare(sql);
    kept.delete(sql);
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return statement;
  };
}

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

/**
 * Throws `OutsideError` 'store-failed' once the file is gone from its path, or another stands there: what is stored in one
 * that has no name any more ends with this process. Call it when the file was opened. By its number, as SQLite
 * itself looks where it keeps no log.
 */
export function placeKeeper(path: string): () => void {
  const numberOf = () => statSync(path, { throwIfNoEntry: false })?.ino;
  const opened = numberOf();
  return () => {
    if (numberOf() === opened) return;
    const text = `${path} was removed or replaced while Seawall had it open, and nothing can be kept any more; put the same file back, or stop Seawall, restore a backup and start it again`;
    throw new OutsideError('store-failed', text, { remedy: '' });
  };
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
  const names = [path, resolve(dirname(path))];
  if (failure instanceof OutsideError && !names.some((name) => failure.detail.includes(name))) {
    const { isRetryable, remedy } = failure;
    const detail = `${path}: ${failure.detail}`;
    return new OutsideError('store-failed', detail, { isRetryable, remedy, cause: error });
  }
  return failure;
}

const RESTORE = 'restore a backup or move it away';

/**
 * What SQLite says of damage that it met, as `OutsideError` 'store-failed' that names the file and what to do, `whatNext`
 * where that is not the file of the bot.
 */
export function describeDamage(error: unknown, path: string, whatNext = RESTORE): unknown {
  const failure = toStoreError(error);
  return failure instanceof OutsideError
    ? damaged(path, failure.detail, { cause: error, whatNext })
    : failure;
}

/** That a file is damaged, as `OutsideError` 'store-failed'; `detail` is what SQLite said. */
export function damaged(
  path: string,
  detail: string,
  { cause, whatNext = RESTORE }: { cause?: unknown; whatNext?: string | undefined } = {},
): OutsideError {
  const text = `${path} is damaged or no database, and was left as it is (${detail}); ${whatNext}`;
  return new OutsideError('store-failed', text, { remedy: '', cause });
}
