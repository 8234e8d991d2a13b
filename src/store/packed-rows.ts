import { type RawBuilder, sql } from 'kysely';

// A database gives thousands of rows to JavaScript far more slowly than it finds them: those of a group as one text
// of JSON for each column take a third of the time.

/** A column of whole numbers, never null, of all rows of a group: in no order, and in the same one as every other column of it. */
export const packedColumn = (column: string): RawBuilder<string> =>
  sql`string_agg(cast(${sql.ref(column)} as text), ',')`;

/** The numbers of a packed column. */
export const unpacked = (packed: string): number[] => JSON.parse(`[${packed}]`) as number[];
