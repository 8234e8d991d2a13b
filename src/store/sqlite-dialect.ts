import type Database from 'better-sqlite3';
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
import { StorableSqliteCompiler } from './query-compilers.ts';
import { aboutFile } from './store-error.ts';

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
