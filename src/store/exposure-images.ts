import { type RawBuilder, sql } from 'kysely';
import type { ImageContents, ImageCounts } from '../ports/exposure-store.ts';
import { eachHosts, type Fleet, type HostChunk } from './host-chunks.ts';

/** Hosts with the time of their newest list of images; null without any. */
const newestLists = ({ isOf }: HostChunk) => sql`newest as materialized (
  select h.id as host_id,
    (select max(m.last_seen) from image_filesystem m where m.host_id = h.id) as at
  from host h where ${isOf(sql`h.id`)})`;
const OF_SYSTEM = sql`select i.inventory_id from image i
  where i.host_id = f.host_id and i.image_id = f.image_id`;

/** See `ExposureStore.listUnused`. */
export async function readUnused(fleet: Fleet, hosts: readonly string[]): Promise<ImageContents[]> {
  const { db } = fleet;
  const found: ImageContents[] = [];
  await eachHosts(fleet, hosts, async (chunk) => {
    const { rows } = await sql<Omit<ImageContents, 'host' | 'isThere'> & { hostId: number }>`
      with ${newestLists(chunk)}
      select f.host_id as "hostId", f.image_id as id, f.name, f.filesystem_id as "filesystemId",
        (${OF_SYSTEM}) as "inventoryId", f.read_from as "readFrom", f.reason,
        f.first_seen as "firstSeen"
      from newest n cross join image_filesystem f
      where f.host_id = n.host_id and f.last_seen = n.at
        and (f.filesystem_id is not null or (${OF_SYSTEM}) is not null
          or f.image_id in (select image_id from imported_list))
        and not exists (select 1 from container c
          where c.host_id = f.host_id and c.image_id = f.image_id and c.closed_at is null)
      order by f.host_id, f.name, f.id`.execute(db);
    for (const { hostId, ...row } of rows) {
      found.push({ ...row, host: chunk.names.get(hostId) ?? '', isThere: true });
    }
  });
  return found;
}

/** See `ExposureStore.countImages`. */
export async function countImages(fleet: Fleet, hosts: readonly string[]): Promise<ImageCounts> {
  const { db } = fleet;
  const counts = { total: 0, notInventoried: 0, systemOnly: 0 };
  await eachHosts(fleet, hosts, async (chunk) => {
    // `has`: null without a container, else whether the packages of one are known.
    const listed = await sql<Record<'total' | 'whole' | 'used' | 'known' | 'system', number>>`
      with ${newestLists(chunk)}
      select ${count(sql`true`, 'total')}, ${count(sql`f.filesystem_id is not null`, 'whole')},
        ${count(sql`has is not null`, 'used')}, ${count(sql`has = 1`, 'known')},
        ${count(sql`f.filesystem_id is null and (has = 1 or (${OF_SYSTEM}) is not null)`, 'system')}
      from (
        select f.host_id, f.image_id, f.filesystem_id,
          (select max(case when c.inventory_id is null then 0 else 1 end) from container c
            where c.host_id = f.host_id and c.image_id = f.image_id and c.closed_at is null) as has
        from newest n cross join image_filesystem f
        where f.host_id = n.host_id and f.last_seen = n.at
        limit ${sql.lit(WITHOUT_LIMIT)}
      ) f`.execute(db);
    const used = await sql<Record<'used' | 'known', number>>`
      select ${count(sql`true`, 'used')}, ${count(sql`has = 1`, 'known')}
      from (
        select max(case when c.inventory_id is null then 0 else 1 end) as has
        from container c
        where ${chunk.isOf(sql`c.host_id`)} and c.closed_at is null and c.image_id <> ''
        group by c.host_id, c.image_id
      ) of_image`.execute(db);
    const [inList] = listed.rows;
    const [all] = used.rows;
    if (inList === undefined || all === undefined) return;
    // What is left are images of containers that the list of their host does not have.
    const total = inList.total + all.used - inList.used;
    const systemOnly = inList.system + all.known - inList.known;
    counts.total += total;
    counts.systemOnly += systemOnly;
    counts.notInventoried += total - inList.whole - systemOnly;
  });
  return counts;
}

/** Keeps a database from putting a subquery into each place that names its result. */
const WITHOUT_LIMIT = Number.MAX_SAFE_INTEGER;

const count = (condition: RawBuilder<unknown>, name: string) =>
  sql`cast(coalesce(sum(case when ${condition} then 1 else 0 end), 0) as integer) as ${sql.ref(name)}`;
