import { type RawBuilder, sql } from 'kysely';
import { CHUNK_ROWS, inKeyOrder, keyList } from './chunks.ts';
import { isPostgres } from './columns.ts';
import { jsonLists, NO_ROWS, numberAt, packedRows, unpackedColumns } from './packed-rows.ts';
import { storableList } from './query-compilers.ts';
import type { Db } from './schema.ts';

/** A host as far as reading its intervals needs it. Times are epoch milliseconds. */
export interface ScannedHost {
  id: number;
  name: string;
  /** Key and time of the host's newest scan; 0 before the first. */
  lastScanId: number;
  lastAt: number;
  /** Time of its newest good scan; null before the first. */
  lastGoodAt: number | null;
}

/** The key of a host, which is added when it is new, and is held as by `lockHosts`. */
export async function ensureHost(db: Db, name: string, engineId: string | null): Promise<number> {
  const { id } = await db
    .insertInto('host')
    .values({ name, engine_id: engineId })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        engine_id: eb.fn.coalesce('excluded.engine_id', 'host.engine_id'),
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Names of those of the hosts that are known, by their keys, in order of name. */
export async function readHosts(
  db: Db,
  names: readonly string[],
): Promise<ReadonlyMap<number, string>> {
  // Of a fleet a list of its names takes longer to read than the hosts that nobody asked about.
  if (names.length <= CHUNK_ROWS) return new Map(await readInOrder(db, names));
  const { hosts, found } = await readAllHosts(db);
  // One question asks for the same list several times.
  const known = found.get(names);
  if (known !== undefined) return known;
  const asked = new Set(names);
  const own = new Map(hosts.filter(([, name]) => asked.has(name)));
  found.set(names, own);
  return own;
}

type HostPair = [id: number, name: string];

/** Those of these names, or all, in order of name. */
async function readInOrder(db: Db, names: readonly string[] | null): Promise<HostPair[]> {
  const [list, pair] = jsonLists(db);
  // As one text: a thousand rows take JavaScript ten times as long, and nearly every question begins here.
  const hosts = sql<HostPair[] | null>`${list}(${pair}(id, name) order by name)`;
  const { hosts_json: known } = await db
    .selectFrom('host')
    .select(hosts.as('hosts_json'))
    .$if(names !== null, (query) => query.where('name', 'in', names))
    .executeTakeFirstOrThrow();
  return known ?? [];
}

interface AllHosts {
  /** Key and name of the newest: a key of which the transaction failed is given to another. */
  last: number | null;
  name: string | null;
  hosts: readonly HostPair[];
  /** Those of lists that were asked for. */
  found: WeakMap<readonly string[], ReadonlyMap<number, string>>;
}

/** All hosts of a database, by what everything that is done in it has in common. */
const allHosts = new WeakMap<object, AllHosts>();

/** Hosts are added, and never renamed or removed: while there are as many, and none is newer, those that were read stand. */
async function readAllHosts(db: Db): Promise<AllHosts> {
  const { adapter } = db.getExecutor();
  const newest = db.selectFrom('host').select('name').orderBy('id', 'desc').limit(sql.lit(1));
  const { count, last, name } = await db
    .selectFrom('host')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('id').as('last')])
    .select(newest.as('name'))
    .executeTakeFirstOrThrow();
  const known = allHosts.get(adapter);
  if (known?.last === last && known.name === name && known.hosts.length === count) return known;
  const read: AllHosts = { last, name, hosts: await readInOrder(db, null), found: new WeakMap() };
  // One that came in between is read again with the next question.
  if (read.hosts.length === count) allHosts.set(adapter, read);
  return read;
}

/** That a row of `host` has one of these names. Many are one text: each as a parameter takes longer to read than what is asked. */
export function isNamed(db: Db, names: readonly string[]): RawBuilder<boolean> {
  if (names.length === 0) return sql`1 = 0`;
  if (names.length <= CHUNK_ROWS) return sql`host.name in (${sql.join(names)})`;
  const list = storableList(names);
  const each = isPostgres(db)
    ? sql`json_array_elements_text(cast(${list} as json))`
    : sql`value from json_each(${list})`;
  return sql`host.name in (select ${each})`;
}

/** What was found of hosts by their keys, by name and in the order of the hosts. */
export const inOrderOf = <Found>(
  hosts: ReadonlyMap<number, string>,
  found: ReadonlyMap<number, Found>,
): [name: string, one: Found][] =>
  [...hosts].flatMap(([id, name]) => {
    const one = found.get(id);
    return one === undefined ? [] : [[name, one]];
  });

/** Those of the named hosts that were scanned before, in order of name. */
export const readScannedHosts = async (db: Db, names: readonly string[]): Promise<ScannedHost[]> =>
  (await readKnownHosts(db, names)).filter(({ lastScanId }) => lastScanId > 0);

/** Those of the named hosts that were scanned or watched before, in order of name. */
export const readKnownHosts = async (db: Db, names: readonly string[]): Promise<ScannedHost[]> =>
  withNewestScans(db, await readHosts(db, names));

/** Hosts by their names with their newest scans, in the same order. */
export async function withNewestScans(
  db: Db,
  hosts: ReadonlyMap<number, string>,
): Promise<ScannedHost[]> {
  if (hosts.size === 0) return [];
  const newest = await readNewestScans(db, [...hosts.keys()]);
  return [...hosts].map(([id, name]) => scannedHost(id, name, newest));
}

export function scannedHost(
  id: number,
  name: string,
  newest: ReadonlyMap<number, NewestScans>,
): ScannedHost {
  const { lastId = 0, lastAt = 0, goodId = 0, goodAt = 0 } = newest.get(id) ?? {};
  return { id, name, lastScanId: lastId, lastAt, lastGoodAt: goodId === 0 ? null : goodAt };
}

/** The newest scan of a host and its newest good one, by key and time; 0 where there is no good one. */
export interface NewestScans {
  lastId: number;
  lastAt: number;
  goodId: number;
  goodAt: number;
}

/** Hosts by their keys, in order of name, with the newest scans of those that were scanned. */
export interface KnownHosts {
  hosts: ReadonlyMap<number, string>;
  newest: ReadonlyMap<number, NewestScans>;
}

/** What is known of those of the named hosts that are. */
export async function readNewest(db: Db, names: readonly string[]): Promise<KnownHosts> {
  const hosts = await readHosts(db, names);
  return { hosts, newest: await readNewestScans(db, [...hosts.keys()]) };
}

const newestColumns = ['host_id', 'last_id', 'last_at', 'good_id', 'good_at'] as const;

/** The newest scans of those of the hosts that were scanned, by the key of the host. */
export async function readNewestScans(
  db: Db,
  hostIds: readonly number[],
): Promise<Map<number, NewestScans>> {
  // Looked up: PostgreSQL would join all scans there are. Mostly both are one scan.
  const lookUp = (id: string) => sql`(select seen_at from scan where scan.id = ${sql.ref(id)})`;
  const { rows } = await sql<{ packed: string }>`
    select ${packedRows(newestColumns)} as packed from (
      select host_id, last_scan_id as last_id, ${lookUp('last_scan_id')} as last_at,
        coalesce(last_good_scan_id, 0) as good_id, case when last_good_scan_id != last_scan_id
          then ${lookUp('last_good_scan_id')} else 0 end as good_at
      from host_summary where ${isInRange('host_id', hostIds)}) as newest`.execute(db);
  const columns = unpackedColumns(rows[0]?.packed ?? NO_ROWS, newestColumns);
  return new Map(
    columns.host_id.map((hostId, place) => {
      const [lastId, lastAt] = [numberAt(columns.last_id, place), numberAt(columns.last_at, place)];
      const [goodId, goodAt] = [numberAt(columns.good_id, place), numberAt(columns.good_at, place)];
      return [hostId, { lastId, lastAt, goodId, goodAt: goodId === lastId ? lastAt : goodAt }];
    }),
  );
}

/** Time at which something open was last seen: the last good scan, never before the first. */
export const lastSeenOf = (
  row: { first_seen: number; last_seen: number | null },
  host: Pick<ScannedHost, 'lastGoodAt'>,
): number => row.last_seen ?? Math.max(row.first_seen, host.lastGoodAt ?? row.first_seen);

/**
 * The same in SQL, for a row that a scan no longer sees: the last good scan before it was then
 * the last to see it, unless the row knows better.
 */
export function lastSeenBefore(lastGoodAt: number | null): RawBuilder<number> {
  // The cast keeps SQLite from binding a real, and tells PostgreSQL the type.
  const good = sql`cast(${lastGoodAt ?? 0} as bigint)`;
  return sql<number>`coalesce(last_seen, case when first_seen > ${good} then first_seen else ${good} end)`;
}

/** More hosts than this are picked out while rows are read in their order, not looked up one by one. */
export const HOSTS_ONE_BY_ONE = 20;

/** That a column holds the key of one of the hosts. */
export const isOfHosts = (column: string, ids: readonly number[]): RawBuilder<boolean> =>
  // Each keeps SQLite from taking an index of hosts. To PostgreSQL the cast says nothing: it knows how many rows a range has.
  inRange(sql`cast(${sql.ref(column)} as bigint)`, ids) ?? isAmongHosts(column, ids);

/** The same for rows that others lead to: a range would have PostgreSQL read all of it where it knows no figures yet. */
export const isAmongHosts = (column: string, ids: readonly number[]): RawBuilder<boolean> => {
  if (ids.length === 0) return sql`1 = 0`;
  if (ids.length <= HOSTS_ONE_BY_ONE) return sql`${sql.ref(column)} in (${sql.join(ids)})`;
  return sql`+${sql.ref(column)} in (${keyList(ids)})`;
};

/**
 * The same for a statement that goes through an index of hosts: of many by the range of their keys where it has few
 * others, since a list of hundreds is planned and looked up one by one.
 */
export const isInRange = (column: string, ids: readonly number[]): RawBuilder<boolean> =>
  inRange(sql.ref(column), ids) ?? sql`${sql.ref(column)} in (${keyList(ids)})`;

/** Null for few keys, and for those with many others between them. */
export function inRange(
  key: RawBuilder<unknown>,
  ids: readonly number[],
): RawBuilder<boolean> | null {
  const sorted = inKeyOrder(ids);
  const [first = 0] = sorted;
  const last = sorted.at(-1) ?? 0;
  const isOfOthers = last - first - ids.length >= HOSTS_ONE_BY_ONE;
  if (ids.length <= HOSTS_ONE_BY_ONE || isOfOthers) return null;
  const others: number[] = [];
  let next = first;
  for (const id of sorted) {
    for (; next < id; next += 1) others.push(next);
    next = id + 1;
  }
  const range = sql<boolean>`${key} between ${sql.lit(first)} and ${sql.lit(last)}`;
  if (others.length === 0) return range;
  return sql`(${range} and ${key} not in (${keyList(others)}))`;
}
