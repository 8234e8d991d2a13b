import type Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';
import { aboutFile } from './store-error.ts';

/**
 * One SQLite connection as Kysely uses it. Failures tell what file they are about. A full disk may have
 * ended a transaction already: rolling it back then changes nothing, and hides no failure.
 */
export function kyselyDatabase(database: Database.Database): SqliteDatabase {
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
