import { type RawBuilder, sql } from 'kysely';
import { isPostgres } from './columns.ts';
import type { Db } from './schema.ts';

// A database gives thousands of rows to JavaScript far more slowly than it finds them: the rows of a group as one text of
// numbers take a fifth of the time.

/**
 * Columns of whole numbers that are never null, of all rows of a group, in no order: row after row, then how many there are.
 * A null is left out, which the count betrays: three rows of three that lack one each would read as two others.
 */
export const packedRows = (columns: readonly string[]): RawBuilder<string> => {
  const row = sql`concat_ws(',', ${sql.join(columns.map((column) => sql.ref(column)))})`;
  return sql`concat_ws(',', string_agg(${row}, ','), count(*))`;
};

/** Functions of the database that make a list of JSON of the rows of a group, and one of the columns of a row. */
export const jsonLists = (db: Db) =>
  isPostgres(db)
    ? [sql`json_agg`, sql`json_build_array`]
    : [sql`json_group_array`, sql`json_array`];

/** As a group without rows is packed. */
export const NO_ROWS = '0';

/** The numbers of packed rows, column by column; none for a group without rows. Throws where a row is not whole. */
export function unpackedColumns<Column extends string>(
  packed: string,
  columns: readonly Column[],
): Record<Column, number[]> {
  const numbers = JSON.parse(`[${packed}]`) as number[];
  const count = numbers.pop();
  if (count === undefined || numbers.length !== count * columns.length) {
    throw new Error('packed rows are not whole');
  }
  // By their length and by index: a fleet has hundreds of thousands of numbers, and what grows is made again and again.
  const found = {} as Record<Column, number[]>;
  for (let place = 0; place < columns.length; place += 1) {
    const column = new Array<number>(count);
    for (let row = 0; row < count; row += 1) {
      column[row] = numberAt(numbers, row * columns.length + place);
    }
    found[columns[place] as Column] = column;
  }
  return found;
}

/** The number at a place of such a column. Throws where there is none: what was not read is not 0. */
export function numberAt(numbers: readonly number[], place: number): number {
  const number = numbers[place];
  if (typeof number !== 'number') throw new Error(`a packed column has no number at ${place}`);
  return number;
}
