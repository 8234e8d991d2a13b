import { sql } from 'kysely';
import type { OpenDatabase } from '../../src/store/database.ts';
import { NO_ROWS, numberAt, packedRows, unpackedColumns } from '../../src/store/packed-rows.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let database: OpenDatabase;
beforeEach(async () => {
  place = temporaryDatabase();
  database = await place.openDatabase(() => 0);
});
afterEach(async () => {
  await database.close();
  place.remove();
});

const columns = ['at', 'open', 'closed'] as const;

/** Rows as a database packs them. */
async function pack(rows: readonly (readonly (number | null)[])[]): Promise<string> {
  const selects = [[0, 0, 0], ...rows].map(
    ([at, open, closed], index) => sql`select cast(${sql.lit(at)} as integer) as at,
      cast(${sql.lit(open)} as integer) as open, cast(${sql.lit(closed)} as integer) as closed,
      ${sql.lit(index)} as place`,
  );
  const { rows: packed } = await sql<{ packed: string }>`
    select ${packedRows(columns)} as packed from (${sql.join(selects, sql` union all `)}) as those
    where place > 0`.execute(database.db);
  return packed[0]?.packed ?? '';
}

it('gives the numbers of packed rows column by column', async () => {
  const packed = await pack([
    [3, 0, -1],
    [1, 12, 5],
  ]);
  expect(unpackedColumns(packed, columns)).toEqual({ at: [3, 1], open: [0, 12], closed: [-1, 5] });
  const none = { at: [], open: [], closed: [] };
  expect(unpackedColumns(await pack([]), columns)).toEqual(none);
  expect(unpackedColumns(NO_ROWS, columns)).toEqual(none);
});

it('takes no row that is not whole, and no number that is not there', async () => {
  const lacking = [
    [1, 2, null],
    [3, null, 4],
    [null, 5, 6],
  ];
  for (const rows of [lacking, lacking.slice(1), [[null, null, null]]]) {
    const packed = await pack(rows);
    expect(() => unpackedColumns(packed, columns)).toThrow();
  }
  expect(() => unpackedColumns('3,null,1', ['at', 'open'])).toThrow('no number');
  expect(() => numberAt([1], 1)).toThrow('no number');
});
