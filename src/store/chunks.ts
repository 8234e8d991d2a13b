import { setImmediate as letOthersRun } from 'node:timers/promises';
import {
  type InsertObject,
  type RawBuilder,
  type SelectQueryBuilder,
  type Simplify,
  sql,
} from 'kysely';
import { isPostgres } from './columns.ts';
import type { Db, Tables } from './schema.ts';

/** Rows per statement: few enough that none holds the thread long or has too many parameters. */
export const CHUNK_ROWS = 200;

/** The same where a server runs the statement: it holds nobody meanwhile, and many short ones take longer. */
export const rowsAtOnce = (db: Db): number => (isPostgres(db) ? 1_000 : CHUNK_ROWS);

/**
 * Works through items in chunks and lets other events run in between: every SQLite statement holds
 * the whole thread, and Slack wants its acknowledgement meanwhile.
 */
export async function inChunks<T>(
  items: readonly T[],
  work: (chunk: T[]) => Promise<unknown>,
  rows: number = CHUNK_ROWS,
): Promise<void> {
  for (let start = 0; start < items.length; start += rows) {
    await work(items.slice(start, start + rows));
    await letOthersRun();
  }
}

/** What the work on each of the chunks gives, one after the other. */
export async function gather<T, Found>(
  items: readonly T[],
  work: (chunk: T[]) => Promise<Iterable<Found>>,
  rows?: number,
): Promise<Found[]> {
  const found: Found[] = [];
  const take = async (chunk: T[]) => {
    for (const one of await work(chunk)) found.push(one);
  };
  await inChunks(items, take, rows);
  return found;
}

/** Inserts a row for each item. The rows of a chunk are made when it is its turn. */
export const insertEach = <T, Table extends keyof Tables>(
  db: Db,
  table: Table,
  items: readonly T[],
  toRow: (item: T) => InsertObject<Tables, Table>,
  rows?: number,
): Promise<void> =>
  inChunks(items, (chunk) => db.insertInto(table).values(chunk.map(toRow)).execute(), rows);

/** Writes the row of a key, be it a new one or what is there: `columns` are then all that changes. */
export const putRow = <
  Table extends keyof Tables,
  Key extends Partial<InsertObject<Tables, Table>>,
>(
  db: Db,
  table: Table,
  key: Key,
  columns: Omit<InsertObject<Tables, Table>, keyof Key>,
): Promise<unknown> =>
  db
    .insertInto(table)
    .values({ ...key, ...columns } as never)
    .onConflict((conflict) =>
      conflict.columns(Object.keys(key) as never).doUpdateSet(columns as never),
    )
    .execute();

/** How a query is read in pages: by a column that grows and that it gives as `id`, and so many rows at once. */
interface PageShape {
  key?: string;
  pageRows?: number;
}

/**
 * Gives every row of a query in pages by growing `key`; it has neither order nor limit of its own. Run it in
 * a transaction, else other writes come in between.
 */
export const pagesOf = <DB, TB extends keyof DB, Row extends { id: number }>(
  query: SelectQueryBuilder<DB, TB, Row>,
  { key = 'id', pageRows = CHUNK_ROWS }: PageShape = {},
): AsyncGenerator<Simplify<Row>[]> =>
  pagesBy(
    (after) =>
      query
        .where(sql<boolean>`${sql.ref(key)} > ${after}`)
        .orderBy(sql.ref(key))
        .limit(pageRows)
        .execute(),
    pageRows,
  );

/** The same of what reads a page itself: at most `pageRows` rows with an id above `after`, in order. */
export async function* pagesBy<Row extends { id: number }>(
  readPage: (after: number) => Promise<Row[]>,
  pageRows: number,
): AsyncGenerator<Row[]> {
  for (let after = 0; ; ) {
    const page = await readPage(after);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    after = last.id;
    await letOthersRun();
  }
}

/** All of `pagesOf` together. */
export async function readInChunks<DB, TB extends keyof DB, Row extends { id: number }>(
  query: SelectQueryBuilder<DB, TB, Row>,
  shape?: PageShape,
): Promise<Simplify<Row>[]> {
  const rows: Simplify<Row>[] = [];
  for await (const page of pagesOf(query, shape)) rows.push(...page);
  return rows;
}

/** How many rows a query finds; it selects nothing itself. */
export async function countRows<DB, TB extends keyof DB>(
  query: SelectQueryBuilder<DB, TB, object>,
): Promise<number> {
  const { count } = await query
    .select((eb) => eb.fn.countAll().as('count'))
    .$castTo<{ count: number }>()
    .executeTakeFirstOrThrow();
  return Number(count);
}

export const idsOf = <Key>(rows: readonly { id: Key }[]): Key[] => rows.map(({ id }) => id);

/** Keys in their own order: the fewest others lie between the first and the last of a chunk. */
export const inKeyOrder = (keys: Iterable<number>): number[] => [...keys].sort((a, b) => a - b);

/** Rows of whole numbers for `values …`, as text for the same reason as long lists of keys. At least one. */
export const numberRows = (rows: readonly (readonly number[])[]): RawBuilder<unknown> =>
  sql.raw(rows.map((row) => `(${row.map(BigInt).join(', ')})`).join(', '));

type Cell = string | number;

/**
 * Rows for `values …` that stand beside parameters, and are some themselves: the text is the same whatever they hold, so
 * that it is kept for others. The first row says which are numbers. At least one.
 */
export const boundRows = (rows: readonly (readonly Cell[])[]): RawBuilder<unknown> => {
  const first = (cell: Cell) => (typeof cell === 'number' ? sql`cast(${cell} as bigint)` : cell);
  return sql.join(rows.map((row, place) => sql`(${sql.join(place === 0 ? row.map(first) : row)})`));
};

/** So few keys are parameters, and their statement is kept for others. */
const FEW_KEYS = 20;

/** Keys of rows as a list for `in (…)`: many as text, since a parameter for each of thousands takes longer than their statement. */
export function keyList(keys: readonly number[]): RawBuilder<unknown> {
  if (!keys.every(Number.isSafeInteger)) throw new TypeError('a key of a row is a whole number');
  if (keys.length > 0 && keys.length <= FEW_KEYS) return sql.join(keys);
  return sql.raw(keys.join(', ') || 'null');
}
