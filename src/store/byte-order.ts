import { type RawBuilder, sql } from 'kysely';
import { isPostgres } from './columns.ts';
import type { Db } from './schema.ts';

/** A column of text in the order of bytes, which SQLite has anyway, whatever the language of the server. */
export const inByteOrder = (db: Db, column: string): RawBuilder<string> =>
  isPostgres(db) ? sql`${sql.ref(column)} collate "C"` : sql`${sql.ref(column)}`;

/** The same order of texts that were read. */
export const byBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));
