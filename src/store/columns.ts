import type { CreateTableBuilder, Kysely } from 'kysely';
import { PostgresAdapter, sql } from 'kysely';

// Column helpers for migrations: the few words in which SQLite and PostgreSQL differ. Released
// migrations lean on them, so what they produce for a dialect never changes.

/** A database of any schema: a migration must not know today's tables. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely's own type for migrations
export type AnyDatabase = Kysely<any>;

/** True on PostgreSQL, told by the adapter. */
export const isPostgres = (db: AnyDatabase): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;

/** Creates a table whose first column is a growing integer key `id`. */
export const createTableWithId = (
  db: AnyDatabase,
  table: string,
): CreateTableBuilder<string, 'id'> =>
  db.schema
    .createTable(table)
    .addColumn('id', isPostgres(db) ? 'bigint' : 'integer', (column) =>
      isPostgres(db)
        ? column.primaryKey().generatedAlwaysAsIdentity()
        : column.primaryKey().autoIncrement(),
    );

/** Type of a column that holds JSON; its name ends in `_json`, the only ones that are parsed. */
export function jsonType(db: AnyDatabase): 'json' | 'text' {
  // Not jsonb: it takes no U+0000, and the names of strangers may hold one; nor does it keep the order.
  return isPostgres(db) ? 'json' : 'text';
}

/** Type of a column of text, which stands in the order of its bytes on both. */
export const textType = (db: AnyDatabase): 'text' | ReturnType<typeof sql> =>
  isPostgres(db) ? sql`text collate "C"` : 'text';

/** Condition of a check constraint on an integer that stands for a boolean. */
export const isZeroOrOne = (column: string): ReturnType<typeof sql<boolean>> =>
  sql<boolean>`${sql.ref(column)} in (0, 1)`;
