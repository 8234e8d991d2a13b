import { type Kysely, type RawBuilder, sql } from 'kysely';
import type {
  ExposureStore,
  ImageContents,
  ImageCounts,
  SpanGroup,
} from '../ports/exposure-store.ts';
import { inChunks } from './chunks.ts';
import type { Tables } from './schema.ts';

type Asked = Parameters<ExposureStore['listGroups']>[0];
type Row = Omit<SpanGroup, 'host'> & { hostId: number };

/** See `ExposureStore.listGroups`. */
export async function readGroups(
  db: Kysely<Tables>,
  { hosts, since, apart }: Asked,
): Promise<SpanGroup[]> {
  const found: SpanGroup[] = [];
  await eachHosts(db, hosts, async (chunk) => {
    for (const rows of [
      await groupContainers(db, chunk.isOf(sql`c.host_id`), { since, apart, isInventoried: true }),
      await groupContainers(db, chunk.isOf(sql`c.host_id`), { since, apart, isInventoried: false }),
      await groupGlimpses(db, chunk.isOf(sql`g.host_id`), since),
    ]) {
      for (const { hostId, ...row } of rows) {
        found.push({ ...row, host: chunk.names.get(hostId) ?? '' });
      }
    }
  });
  return found;
}

interface HostChunk {
  names: ReadonlyMap<number, string>;
  /** True for the rows of these. */
  isOf(column: RawBuilder<unknown>): RawBuilder<boolean>;
}

/** More than these are picked out while rows are read in the order of an index. */
const HOSTS_ONE_BY_ONE = 20;

async function eachHosts(
  db: Kysely<Tables>,
  hosts: readonly string[],
  work: (chunk: HostChunk) => Promise<void>,
): Promise<void> {
  const names = new Map<number, string>();
  await inChunks(hosts, async (chunk) => {
    const rows = await db
      .selectFrom('host')
      .select(['id', 'name'])
      .where('name', 'in', chunk)
      .execute();
    for (const { id, name } of rows) names.set(id, name);
  });
  const ids = [...names.keys()].sort((a, b) => a - b);
  await inChunks(ids, async (chunk) => {
    const list = sql.join(chunk.map((id) => sql.lit(id)));
    await work({
      names,
      isOf: (column) =>
        chunk.length <= HOSTS_ONE_BY_ONE
          ? sql`${column} in (${list})`
          : sql`(${column} between ${sql.lit(chunk[0] ?? 0)} and ${sql.lit(chunk.at(-1) ?? 0)}
              and (+${column}) in (${list}))`,
    });
  });
}

const RUNS = sql`('running', 'paused', 'restarting')`;

/**
 * By image and inventory first, in the order of `container_contents`, then images of one name that have the same
 * together. A container counts once while it had one inventory: by its last row.
 */
async function groupContainers(
  db: Kysely<Tables>,
  isOfHosts: RawBuilder<boolean>,
  { since, apart, isInventoried }: Pick<Asked, 'since' | 'apart'> & { isInventoried: boolean },
): Promise<Row[]> {
  const same = isInventoried ? sql`d.inventory_id = c.inventory_id` : sql`d.inventory_id is null`;
  const reason = isInventoried
    ? sql<string | null>`null`
    : sql<string | null>`c.surface_json -> 'installed' ->> 'reason'`;
  const { rows } = await sql<Row>`
    select host_id as "hostId", image, "imageId", inventory_id as "inventoryId",
      filesystem_id as "filesystemId", read_from as "readFrom", reason,
      cast(sum(running) as integer) as running, cast(sum(stopped) as integer) as stopped, cast(sum(gone) as integer) as gone, min(first) as first
    from (
      select c.host_id, ${apartId(apart)} as "imageId", c.inventory_id, ${reason} as reason,
        coalesce(nullif(min(c.image), ''), c.image_id) as image,
        max(f.filesystem_id) as filesystem_id, max(f.read_from) as read_from,
        sum(case when c.closed_at is null and c.state in ${RUNS} then 1 else 0 end) as running,
        sum(case when c.closed_at is null and c.state not in ${RUNS} then 1 else 0 end) as stopped,
        sum(case when c.closed_at is null then 0 else 1 end) as gone,
        min(c.container_id) as first
      from container c
      left join image_filesystem f on f.host_id = c.host_id and f.image_id = c.image_id
        and f.filesystem_id is not null
      where ${isOfHosts} and (+c.inventory_id) is ${sql.raw(isInventoried ? 'not null' : 'null')}
        and (c.closed_at is null or c.closed_at >= ${since} and not exists (
          select 1 from container d where d.host_id = c.host_id and d.image_id = c.image_id
            and ${same} and d.container_id = c.container_id
            and (d.closed_at is null or d.closed_at > c.closed_at
              or d.closed_at = c.closed_at and d.id > c.id)))
      group by c.host_id, c.image_id, c.inventory_id${isInventoried ? sql`` : sql`, ${reason}`}
    ) of_image
    group by host_id, image, "imageId", inventory_id, filesystem_id, read_from, reason`.execute(db);
  return rows;
}

/** The id of an image that counts alone, and nothing for others. */
function apartId(apart: Asked['apart']): RawBuilder<string> {
  if (apart === 'all') return sql`c.image_id`;
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

/** An image that the newest list of its host has. */
const IS_LISTED = sql<boolean>`f.last_seen = (
  select max(n.last_seen) from image_filesystem n where n.host_id = f.host_id)`;
const HAS_CONTAINER = sql<boolean>`exists (select 1 from container c
  where c.host_id = f.host_id and c.image_id = f.image_id and c.closed_at is null)`;

/** See `ExposureStore.listUnused`. */
export async function readUnused(
  db: Kysely<Tables>,
  hosts: readonly string[],
): Promise<ImageContents[]> {
  const found: ImageContents[] = [];
  await eachHosts(db, hosts, async ({ names, isOf }) => {
    const { rows } = await sql<Omit<ImageContents, 'host' | 'isThere'> & { hostId: number }>`
      select f.host_id as "hostId", f.image_id as id, f.name, f.filesystem_id as "filesystemId",
        i.inventory_id as "inventoryId", f.read_from as "readFrom", f.reason,
        f.first_seen as "firstSeen"
      from image_filesystem f
      left join image i on i.host_id = f.host_id and i.image_id = f.image_id
      where ${isOf(sql`f.host_id`)} and ${IS_LISTED} and not ${HAS_CONTAINER}
        and (f.filesystem_id is not null or i.inventory_id is not null
          or exists (select 1 from imported_list l where l.image_id = f.image_id))`.execute(db);
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
  await eachHosts(db, hosts, async ({ isOf }) => {
    const { rows } = await sql<{
      total: number | null;
      whole: number | null;
      system: number | null;
    }>`
      select cast(count(*) as integer) as total, cast(sum(whole) as integer) as whole,
        cast(sum(case when whole = 0 then system end) as integer) as system
      from (
        select case when f.filesystem_id is null then 0 else 1 end as whole,
          case when i.inventory_id is not null or exists (select 1 from container c
            where c.host_id = f.host_id and c.image_id = f.image_id and c.closed_at is null
              and c.inventory_id is not null) then 1 else 0 end as system
        from image_filesystem f
        left join image i on i.host_id = f.host_id and i.image_id = f.image_id
        where ${isOf(sql`f.host_id`)} and ${IS_LISTED}
        union all
        select 0 as whole, max(case when c.inventory_id is null and i.inventory_id is null
          then 0 else 1 end) as system
        from container c
        left join image i on i.host_id = c.host_id and i.image_id = c.image_id
        where ${isOf(sql`c.host_id`)} and c.closed_at is null and c.image_id <> ''
          and not exists (select 1 from image_filesystem f
            where f.host_id = c.host_id and f.image_id = c.image_id and ${IS_LISTED})
        group by c.host_id, c.image_id
      ) of_image`.execute(db);
    for (const { total, whole, system } of rows) {
      counts.total += total ?? 0;
      counts.systemOnly += system ?? 0;
      counts.notInventoried += (total ?? 0) - (whole ?? 0) - (system ?? 0);
    }
  });
  return counts;
}
