import type Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import { aboutFile } from './store-error.ts';

/**
 * One SQLite connection as Kysely uses it. A transaction that may write takes the right to from its
 * beginning: one that read first and wrote then would be refused once another had written in between.
 */
export const sqliteDialect = (database: Database.Database): Dialect => ({
  createDriver: () => new OneWriterDriver({ database: kyselyDatabase(database) }),
  createAdapter: () => new TransactionalAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db) => new SqliteIntrospector(db),
});

/** SQLite undoes changes of the schema as well, so that migrations and the note of them are one transaction. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class OneWriterDriver extends SqliteDriver {
  #isReading = false;

  override async beginTransaction(
    connection: DatabaseConnection,
    { accessMode }: TransactionSettings = {},
  ): Promise<void> {
    const mayWrite = accessMode !== 'read only';
    await run(connection, mayWrite ? 'begin immediate' : 'begin');
    // As PostgreSQL does, so that no suite has to run on it to find a mistake.
    if (!mayWrite) await run(connection, 'pragma query_only = on');
    this.#isReading = !mayWrite;
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    await this.#mayWriteAgain(connection);
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection);
    await this.#mayWriteAgain(connection);
  }

  async #mayWriteAgain(connection: DatabaseConnection): Promise<void> {
    if (this.#isReading) await run(connection, 'pragma query_only = off');
    this.#isReading = false;
  }
}

const run = (connection: DatabaseConnection, text: string) =>
  connection.executeQuery(CompiledQuery.raw(text));

/** Statements that stay prepared: a question asks a dozen, and to plan one takes as long as to answer it. */
const KEPT_STATEMENTS = 150;
/** Longer ones name keys of rows, and hardly come again. */
const KEPT_CHARACTERS = 5_000;

/** The last statements by their text. Those that read whatever columns there are see them change, and are not among them. */
function keepStatements(database: Database.Database): (sql: string) => Database.Statement {
  const kept = new Map<string, Database.Statement>();
  return (sql) => {
    const known = kept.get(sql);
    const statement = known ?? database.prepare(sql);
    if (sql.length > KEPT_CHARACTERS || /[\s.]\*/.test(sql) || !/^\s*(?:select|with)\b/.test(sql)) {
      return statement;
    }
    kept.delete(sql);
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_STATEMENTS && oldest !== undefined) kept.delete(oldest);
    return statement;
  };
}

/**
 * Failures tell what file they are about. A full disk may have ended a transaction already: rolling it back
 * then changes nothing, and hides no failure.
 */
function kyselyDatabase(database: Database.Database): SqliteDatabase {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw aboutFile(error, database.name);
    }
  };
  const prepared = keepStatements(database);
  return {
    close: () => {
      database.close();
    },
    prepare(sql) {
      const statement = attempt(() => prepared(sql));
      return {
        reader: statement.reader,
        all: (parameters) => attempt(() => statement.all(parameters)),
        run: (parameters) =>
          sql === 'rollback' && !database.inTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : attempt(() => statement.run(parameters)),
        // One that is being read is busy until its end.
        iterate: (parameters) => attempt(() => database.prepare(sql).iterate(parameters)),
      };
    },
  };
}
