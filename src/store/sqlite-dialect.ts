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
  return {
    close: () => {
      database.close();
    },
    prepare(sql) {
      const statement = attempt(() => database.prepare(sql));
      return {
        reader: statement.reader,
        all: (parameters) => attempt(() => statement.all(parameters)),
        run: (parameters) =>
          sql === 'rollback' && !database.inTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : attempt(() => statement.run(parameters)),
        iterate: (parameters) => attempt(() => statement.iterate(parameters)),
      };
    },
  };
}
