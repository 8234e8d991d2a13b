import { type Kysely, type RawBuilder, sql } from 'kysely';
import type {
  ContentsCount,
  ExposureStore,
  ImageContents,
  ImageCounts,
  SpanGroup,
} from '../ports/exposure-store.ts';
import { inChunks, keyList } from './chunks.ts';
import type { Tables } from './schema.ts';

type Asked = Parameters<ExposureStore['listGroups']>[0];
type Row = Omit<SpanGroup, 'host'> & { hostId: number };

/** See `ExposureStore.listGroups`. */
export async function readGroups(
  db: Kysely<Tables>,
  { hosts, since, apart, inventoryIds }: Asked,
): Promise<SpanGroup[]> {
  const found: SpanGroup[] = [];
  const isUnknownAsked = inventoryIds?.includes(null) ?? true;
  const known = inventoryIds?.filter((id) => id !== null);
  const hasWhole = await hasWholeFilesystems(db);
  await eachHosts(db, hosts, async (chunk) => {
    const containers = { isOfHosts: chunk.isOf(sql`c.host_id`), since, apart, hasWhole };
    for (const rows of [
      known?.length === 0
        ? []
        : await groupContainers(db, { ...containers, among: known ?? 'any' }),
      ...(isUnknownAsked
        ? [
            await groupContainers(db, { ...containers, among: 'unknown' }),
            await groupGlimpses(db, chunk.isOf(sql`g.host_id`), since),
          ]
        : []),
    ]) {
      for (const { hostId, ...row } of rows) {
        found.push({ ...row, host: chunk.names.get(hostId) ?? '' });
      }
    }
  });
  return found;
}

/** See `ExposureStore.countContents`. */
export async function countContents(
  db: Kysely<Tables>,
  { hosts, since, apart }: Omit<Asked, 'inventoryIds'>,
): Promise<ContentsCount[]> {
  const found: ContentsCount[] = [];
  const hasWhole = await hasWholeFilesystems(db);
  await eachHosts(db, hosts, async (chunk) => {
    const containers = { isOfHosts: chunk.isOf(sql`c.host_id`), since, apart, hasWhole };
    const { rows } = await sql<ContentsCount>`
      select ${apartId(apart)} as "imageId", +c.inventory_id as "inventoryId",
        ${filesystemOf(hasWhole)}, null as reason, ${LIVES}
      ${fromContainers({ ...containers, among: 'any' })}
      group by 1, 2, 3, 4`.execute(db);
    for (const row of rows) found.push(row);
  });
  return found;
}

/** Whether any image was read whole: else nothing need be joined. */
const hasWholeFilesystems = async (db: Kysely<Tables>): Promise<boolean> =>
  (await db
    .selectFrom('image_filesystem')
    .select('id')
    .where('filesystem_id', 'is not', null)
    .limit(1)
    .executeTakeFirst()) !== undefined;

interface HostChunk {
  names: ReadonlyMap<number, string>;
  /** Their keys as a list of SQL. */
  list: RawBuilder<unknown>;
  /** True for the rows of these. */
  isOf(column: RawBuilder<unknown>): RawBuilder<boolean>;
}

/** Hosts of one statement. */
const HOSTS_AT_ONCE = 1_000;
/** More than these are picked out while rows are read in the order of an index. */
const HOSTS_ONE_BY_ONE = 20;

async function eachHosts(
  db: Kysely<Tables>,
  hosts: readonly string[],
  work: (chunk: HostChunk) => Promise<void>,
): Promise<void> {
  const asked = new Set(hosts);
  const known = await db.selectFrom('host').select(['id', 'name']).orderBy('id').execute();
  const names = new Map(
    known.filter(({ name }) => asked.has(name)).map((one) => [one.id, one.name]),
  );
  await inChunks(
    [...names.keys()],
    async (chunk) => {
      const list = keyList(chunk);
      const range = sql`between ${sql.lit(chunk[0] ?? 0)} and ${sql.lit(chunk.at(-1) ?? 0)}`;
      await work({
        names,
        list,
        isOf: (column) =>
          chunk.length <= HOSTS_ONE_BY_ONE
            ? sql`${column} in (${list})`
            : sql`(${column} ${range} and (+${column}) in (${list}))`,
      });
    },
    HOSTS_AT_ONCE,
  );
}

const RUNS = sql`('running', 'paused', 'restarting')`;

const count = (condition: RawBuilder<unknown>, name: string) =>
  sql`cast(sum(case when ${condition} then 1 else 0 end) as integer) as ${sql.ref(name)}`;
const LIVES = sql.join([
  count(sql`c.closed_at is null and c.state in ${RUNS}`, 'running'),
  count(sql`c.closed_at is null and c.state not in ${RUNS}`, 'stopped'),
  count(sql`c.closed_at is not null`, 'gone'),
]);

const filesystemOf = (hasWhole: boolean) =>
  hasWhole
    ? sql`f.filesystem_id as "filesystemId", f.read_from as "readFrom"`
    : sql`cast(null as integer) as "filesystemId", cast(null as text) as "readFrom"`;

interface Containers extends Pick<Asked, 'since' | 'apart'> {
  isOfHosts: RawBuilder<boolean>;
  hasWhole: boolean;
  /** Those whose packages are known, or not, or that have one of these inventories. */
  among: 'any' | 'unknown' | readonly number[];
}

/** A container counts once while it had one inventory: by its last row. */
function fromContainers({ isOfHosts, since, hasWhole, among }: Containers): RawBuilder<unknown> {
  const isUnknown = among === 'unknown';
  const same = isUnknown ? sql`d.inventory_id is null` : sql`d.inventory_id = c.inventory_id`;
  const isAmong =
    typeof among === 'string'
      ? sql`(+c.inventory_id) is ${sql.raw(isUnknown ? 'null' : 'not null')}`
      : sql`(+c.inventory_id) in (${keyList(among)})`;
  const whole = hasWhole
    ? sql`left join image_filesystem f on f.host_id = c.host_id and f.image_id = c.image_id
        and f.filesystem_id is not null`
    : sql``;
  return sql`from container c ${whole}
    where ${isOfHosts} and ${isAmong}
      and (c.closed_at is null or c.closed_at >= ${since} and not exists (
        select 1 from container d where d.host_id = c.host_id and d.image_id = c.image_id
          and ${same} and d.container_id = c.container_id
          and (d.closed_at is null or d.closed_at > c.closed_at
            or d.closed_at = c.closed_at and d.id > c.id)))`;
}

/**
 * By image and inventory first, in the order of `container_contents`, then images of one name that have the same
 * together.
 */
async function groupContainers(db: Kysely<Tables>, asked: Containers): Promise<Row[]> {
  const isUnknown = asked.among === 'unknown';
  const reason = isUnknown
    ? sql<string | null>`c.surface_json -> 'installed' ->> 'reason'`
    : sql<string | null>`null`;
  const whole = asked.hasWhole
    ? sql`max(f.filesystem_id) as filesystem_id, max(f.read_from) as read_from`
    : sql`cast(null as integer) as filesystem_id, cast(null as text) as read_from`;
  const sum = (name: string) => sql`cast(sum(${sql.ref(name)}) as integer) as ${sql.ref(name)}`;
  const { rows } = await sql<Row>`
    select host_id as "hostId", image, "imageId", inventory_id as "inventoryId",
      filesystem_id as "filesystemId", read_from as "readFrom", reason,
      ${sql.join([sum('running'), sum('stopped'), sum('gone')])}, min(first) as first
    from (
      select c.host_id, ${apartId(asked.apart)} as "imageId", c.inventory_id, ${reason} as reason,
        coalesce(nullif(min(c.image), ''), c.image_id) as image, ${whole}, ${LIVES},
        min(c.container_id) as first
      ${fromContainers(asked)}
      group by c.host_id, c.image_id, c.inventory_id${isUnknown ? sql`, ${reason}` : sql``}
    ) of_image
    group by host_id, image, "imageId", inventory_id, filesystem_id, read_from, reason`.execute(db);
  return rows;
}

/** The id of an image that counts alone, and nothing for others. */
function apartId(apart: Asked['apart']): RawBuilder<string> {
  if (apart === 'all') return sql`c.image_id`;
  if (apart === 'none') return sql`''`;
  return sql`case when exists (select 1 from imported_list l where l.image_id = c.image_id)
    then c.image_id else '' end`;
}

async function groupGlimpses(
  db: Kysely<Tables>,
  isOfHosts: RawBuilder<boolean>,
  since: number,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select g.host_id as "hostId", g.image, '' as "imageId", null as "inventoryId",
      null as "filesystemId", null as "readFrom", g.reason, 0 as running,
      cast(sum(case when g.removed_at is null then 1 else 0 end) as integer) as stopped,
      cast(sum(case when g.removed_at is null then 0 else 1 end) as integer) as gone, min(g.container_id) as first
    from glimpse g
    where ${isOfHosts} and (g.removed_at is null or g.removed_at >= ${since}) and not exists (
      select 1 from container c where c.host_id = g.host_id and c.container_id = g.container_id)
    group by g.host_id, g.image, g.reason`.execute(db);
  return rows;
}

/** Hosts with the time of their newest list of images; null without any. */
const newestLists = (list: HostChunk['list']) => sql`newest as materialized (
  select h.id as host_id,
    (select max(m.last_seen) from image_filesystem m where m.host_id = h.id) as at
  from host h where h.id in (${list}))`;
const OF_SYSTEM = sql`left join image i on i.host_id = f.host_id and i.image_id = f.image_id`;

/** See `ExposureStore.listUnused`. */
export async function readUnused(
  db: Kysely<Tables>,
  hosts: readonly string[],
): Promise<ImageContents[]> {
  const found: ImageContents[] = [];
  await eachHosts(db, hosts, async ({ names, list }) => {
    const { rows } = await sql<Omit<ImageContents, 'host' | 'isThere'> & { hostId: number }>`
      with ${newestLists(list)}
      select f.host_id as "hostId", f.image_id as id, f.name, f.filesystem_id as "filesystemId",
        i.inventory_id as "inventoryId", f.read_from as "readFrom", f.reason,
        f.first_seen as "firstSeen"
      from newest n cross join image_filesystem f ${OF_SYSTEM}
      where f.host_id = n.host_id and f.last_seen = n.at
        and (f.filesystem_id is not null or i.inventory_id is not null
          or exists (select 1 from imported_list l where l.image_id = f.image_id))
        and not exists (select 1 from container c
          where c.host_id = f.host_id and c.image_id = f.image_id and c.closed_at is null)
      order by f.host_id, f.name, f.id`.execute(db);
    for (const { hostId, ...row } of rows) {
      found.push({ ...row, host: names.get(hostId) ?? '', isThere: true });
    }
  });
  return found;
}

/** See `ExposureStore.countImages`. */
export async function countImages(
  db: Kysely<Tables>,
  hosts: readonly string[],
): Promise<ImageCounts> {
  const counts = { total: 0, notInventoried: 0, systemOnly: 0 };
  await eachHosts(db, hosts, async ({ list }) => {
    const { rows } = await sql<{ total: number; whole: number | null; system: number | null }>`
      with ${newestLists(list)}
      select cast(count(*) as integer) as total, cast(sum(whole) as integer) as whole,
        cast(sum(case when whole = 0 then system end) as integer) as system
      from (
        select case when f.filesystem_id is null then 0 else 1 end as whole,
          case when f.filesystem_id is not null then 0
            when i.inventory_id is not null or exists (select 1 from container c
              where c.host_id = f.host_id and c.image_id = f.image_id and c.closed_at is null
                and c.inventory_id is not null) then 1
            else 0 end as system
        from newest n cross join image_filesystem f ${OF_SYSTEM}
        where f.host_id = n.host_id and f.last_seen = n.at
        union all
        select 0 as whole, max(case when c.inventory_id is null then 0 else 1 end) as system
        from newest n cross join container c
        left join image_filesystem f on f.host_id = c.host_id and f.image_id = c.image_id
          and f.last_seen = n.at
        where c.host_id = n.host_id and c.closed_at is null and c.image_id <> '' and f.host_id is null
        group by c.host_id, c.image_id
      ) of_image`.execute(db);
    for (const { total, whole, system } of rows) {
      counts.total += total;
      counts.systemOnly += system ?? 0;
      counts.notInventoried += total - (whole ?? 0) - (system ?? 0);
    }
  });
  return counts;
}
