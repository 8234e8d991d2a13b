import { type RawBuilder, sql } from 'kysely';
import { isSameList } from '../shared/same-list.ts';
import { inChunks, keyList } from './chunks.ts';
import type { Db } from './schema.ts';

/** Hosts of one statement. */
export interface HostChunk extends Omit<AskedHosts, 'others'> {
  /** Rows are found by their host: these are few, or not nearly all. */
  isByHost: boolean;
  /** True for the rows of these. */
  isOf(column: RawBuilder<unknown>): RawBuilder<boolean>;
}

const HOSTS_AT_ONCE = 1_000;
/** More than these are picked out while rows are read in the order of an index. */
const HOSTS_ONE_BY_ONE = 20;

/** The hosts of a database that somebody asks about, and what is known of all of them. */
interface AskedHosts {
  /** By their keys, in order of these. */
  names: ReadonlyMap<number, string>;
  /** Where they stand in the list of those that were asked about, by their keys. */
  places: ReadonlyMap<number, number>;
  /** Keys of those that nobody asked about. */
  others: readonly number[];
  /** Whether any image was read whole: else nothing need be joined. */
  hasWhole: boolean;
}

/** Finds those of the named hosts that are known. */
export type FindHosts = (db: Db, hosts: readonly string[]) => Promise<AskedHosts>;

/** A database, and what is known of its hosts. */
export interface Fleet {
  db: Db;
  findHosts: FindHosts;
}

/**
 * Hosts are added, and never renamed or removed: while there are as many, and none is newer, those that were read stand.
 * One question asks for the same list of them several times, and the next one mostly too.
 */
export function rememberHosts(): FindHosts {
  let known: { count: number; last: number | null; rows: readonly Row[] } | null = null;
  let asked: { hosts: readonly string[]; rows: readonly Row[]; found: Found } | null = null;
  return async (db, hosts) => {
    const { count, last, whole } = await db
      .selectFrom('host')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('id').as('last')])
      .select((eb) =>
        eb
          .selectFrom('image_filesystem')
          .select(sql<number>`1`.as('one'))
          .where('filesystem_id', 'is not', null)
          .limit(sql.lit(1))
          .as('whole'),
      )
      .executeTakeFirstOrThrow();
    const hasWhole = whole !== null;
    if (known === null || known.count !== count || known.last !== last) {
      const rows = await db.selectFrom('host').select(['id', 'name']).orderBy('id').execute();
      // One that came in between is read again with the next question.
      known = { count: rows.length === count ? count : -1, last, rows };
    }
    if (asked === null || !isSameList(asked.hosts, hosts) || asked.rows !== known.rows) {
      asked = { hosts, rows: known.rows, found: among(known.rows, hosts) };
    }
    return { ...asked.found, hasWhole };
  };
}

type Row = { id: number; name: string };
type Found = Omit<AskedHosts, 'hasWhole'>;

function among(rows: readonly Row[], hosts: readonly string[]): Found {
  const asked = new Map(hosts.map((host, place) => [host, place]));
  const names = new Map<number, string>();
  const places = new Map<number, number>();
  const others: number[] = [];
  for (const { id, name } of rows) {
    const place = asked.get(name);
    if (place === undefined) others.push(id);
    else {
      names.set(id, name);
      places.set(id, place);
    }
  }
  return { names, places, others };
}

/** Works through hosts that are known, many at once, since statements about a fleet read it whole anyway. */
export async function eachHosts(
  { db, findHosts }: Fleet,
  hosts: readonly string[],
  work: (chunk: HostChunk) => Promise<void>,
): Promise<void> {
  const { names, places, others, hasWhole } = await findHosts(db, hosts);
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
        ...{ names, places, hasWhole, isByHost: areFew || names.size > HOSTS_AT_ONCE },
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
