import type { Insertable } from 'kysely';
import { inChunks } from './chunks.ts';
import type { Db, Tables } from './schema.ts';
import { storable } from './storable-text.ts';

/** So few that databases keep the statement, whose text is short. */
const ROWS_AT_ONCE = 40;

/**
 * Inserts rows that all have the same columns, each with a value. One statement is made and used for all of them:
 * to make one takes longer than it runs.
 */
export async function insertAlike<T extends keyof Tables>(
  db: Db,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  const make = (chunk: readonly Insertable<Tables[T]>[]) =>
    db.insertInto(table).values(chunk).compile();
  const made = new Map<number, ReturnType<typeof make>>();
  await inChunks(
    rows,
    async (chunk) => {
      const statement = made.get(chunk.length) ?? make(chunk);
      made.set(chunk.length, statement);
      const parameters = chunk.flatMap((row) => Object.values(row).map(storable));
      await db.executeQuery({ ...statement, parameters });
    },
    ROWS_AT_ONCE,
  );
}
