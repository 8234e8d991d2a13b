import { type RawBuilder, sql } from 'kysely';
import { inChunks, keyList } from './chunks.ts';
import type { Db } from './schema.ts';

/** Hosts of one statement. */
export interface HostChunk {
  names: ReadonlyMap<number, string>;
  /** Rows are found by their host: these are few, or not nearly all. */
  isByHost: boolean;
  /** True for the rows of these. */
  isOf(column: RawBuilder<unknown>): RawBuilder<boolean>;
}

const HOSTS_AT_ONCE = 1_000;
/** More than these are picked out while rows are read in the order of an index. */
const HOSTS_ONE_BY_ONE = 20;

/** Gives hosts in order of their keys. */
export type ListHosts = (db: Db) => Promise<readonly { id: number; name: string }[]>;

/** A database, and what is known of its hosts. */
export interface Fleet {
  db: Db;
  listHosts: ListHosts;
}

/** Hosts are added, and never renamed or removed: while there are as many, and none is newer, those that were read stand. */
export function rememberHosts(): ListHosts {
  let known: { count: number; last: number | null; rows: Awaited<ReturnType<ListHosts>> } | null =
    null;
  return async (db) => {
    const { count, last } = await db
      .selectFrom('host')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('id').as('last')])
      .executeTakeFirstOrThrow();
    if (known !== null && known.count === count && known.last === last) return known.rows;
    const rows = await db.selectFrom('host').select(['id', 'name']).orderBy('id').execute();
    // One that came in between is read again with the next question.
    if (rows.length === count) known = { count, last, rows };
    return rows;
  };
}

/** Works through hosts that are known, many at once, since statements about a fleet read it whole anyway. */
export async function eachHosts(
  { db, listHosts }: Fleet,
  hosts: readonly string[],
  work: (chunk: HostChunk) => Promise<void>,
): Promise<void> {
  const asked = new Set(hosts);
  const known = await listHosts(db);
  const names = new Map<number, string>();
  const others: number[] = [];
  for (const { id, name } of known) {
    if (asked.has(name)) names.set(id, name);
    else others.push(id);
  }
  await inChunks(
    [...names.keys()],
    async (chunk) => {
      const first = chunk[0] ?? 0;
      const last = chunk.at(-1) ?? 0;
      const between = others.filter((id) => id > first && id < last);
      // Mostly every host is asked about, and to look each row's up in a list takes longer than to read the row.
      const picked =
        between.length <= HOSTS_ONE_BY_ONE
          ? sql`not in (${keyList(between)})`
          : sql`in (${keyList(chunk)})`;
      const areFew = chunk.length <= HOSTS_ONE_BY_ONE;
      const range = sql`between ${sql.lit(first)} and ${sql.lit(last)}`;
      await work({
        ...{ names, isByHost: areFew || names.size > HOSTS_AT_ONCE },
        isOf: (column) => {
          if (areFew) return sql`${column} in (${keyList(chunk)})`;
          if (between.length === 0) return sql`${column} ${range}`;
          return sql`(${column} ${range} and (+${column}) ${picked})`;
        },
      });
    },
    HOSTS_AT_ONCE,
  );
}
