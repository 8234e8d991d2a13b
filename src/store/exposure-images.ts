import { type RawBuilder, sql } from 'kysely';
import type { HeldImages, ImageContents } from '../ports/exposure-store.ts';
import { eachHosts, type Fleet, type HostChunk } from './host-chunks.ts';
import type { Db } from './schema.ts';

/** Hosts with the time of their newest list of images; null without any. */
const newestLists = ({ isOf }: HostChunk) => sql`newest as materialized (
  select h.id as host_id,
    (select max(m.last_seen) from image_filesystem m where m.host_id = h.id) as at
  from host h where ${isOf(sql`h.id`)})`;
const OF_SYSTEM = sql`select i.inventory_id from image i
  where i.host_id = f.host_id and i.image_id = f.image_id`;

/** See `ExposureStore.readImages`. */
export async function readImages(fleet: Fleet, hosts: readonly string[]): Promise<HeldImages> {
  const { db } = fleet;
  const unused: ImageContents[] = [];
  const counts = { total: 0, notInventoried: 0, systemOnly: 0 };
  await eachHosts(fleet, hosts, async (chunk) => {
    const listed = await countListed(db, chunk);
    const used = await countUsed(db, chunk);
    // What every container's image is, no image is without a container.
    const rows = listed.total === used.listed ? [] : await readUnused(db, chunk);
    for (const { hostId, ...row } of rows) {
      unused.push({ ...row, host: chunk.names.get(hostId) ?? '', isThere: true });
    }
    const systemOnly =
      used.system +
      rows.filter((one) => one.filesystemId === null && one.inventoryId !== null).length;
    // Images of containers need not stand in the list of their host.
    const total = listed.total + used.total - used.listed;
    counts.total += total;
    counts.systemOnly += systemOnly;
    counts.notInventoried += total - listed.whole - systemOnly;
  });
  return { unused, counts };
}

const count = (condition: RawBuilder<unknown>, name: string) =>
  sql`cast(coalesce(sum(case when ${condition} then 1 else 0 end), 0) as integer) as ${sql.ref(name)}`;
const IS_WHOLE = sql`f.filesystem_id is not null`;

/** Images of the newest lists, and those of them that were read whole. */
async function countListed(db: Db, chunk: HostChunk) {
  const { rows } = await sql<Record<'total' | 'whole', number>>`
    with ${newestLists(chunk)}
    select ${count(sql`true`, 'total')}, ${count(IS_WHOLE, 'whole')}
    from newest n cross join image_filesystem f
    where f.host_id = n.host_id and f.last_seen = n.at`.execute(db);
  return rows[0] ?? { total: 0, whole: 0 };
}

/** Images of containers that are there, those of them that are listed, and those of which only the system's packages are known. */
async function countUsed(db: Db, chunk: HostChunk) {
  // `has`: whether the packages of one of its containers are known.
  const { rows } = await sql<Record<'total' | 'listed' | 'system', number>>`
    with ${newestLists(chunk)}
    select ${count(sql`true`, 'total')}, ${count(sql`f.host_id is not null`, 'listed')},
      ${count(sql`not ${IS_WHOLE} and (has = 1 or f.host_id is not null and (${OF_SYSTEM}) is not null)`, 'system')}
    from (
      select c.host_id, c.image_id,
        max(case when c.inventory_id is null then 0 else 1 end) as has
      from container c
      where ${chunk.isOf(sql`c.host_id`)} and c.closed_at is null and c.image_id <> ''
      group by c.host_id, c.image_id
    ) used
    join newest n on n.host_id = used.host_id
    left join image_filesystem f on f.host_id = used.host_id and f.image_id = used.image_id
      and f.last_seen = n.at`.execute(db);
  return rows[0] ?? { total: 0, listed: 0, system: 0 };
}

type UnusedRow = Omit<ImageContents, 'host' | 'isThere'> & { hostId: number };

async function readUnused(db: Db, chunk: HostChunk): Promise<UnusedRow[]> {
  const { rows } = await sql<UnusedRow>`
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
  return rows;
}
