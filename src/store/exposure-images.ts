import { type RawBuilder, sql } from 'kysely';
import type { HeldImages, UnusedImage } from '../ports/exposure-store.ts';
import { isPostgres } from './columns.ts';
import { eachHosts, type HostChunk } from './host-chunks.ts';
import type { Db } from './schema.ts';

/**
 * Hosts with the time of their newest list of images; null without any. SQLite looks that up beside each host, in the
 * order of their keys; PostgreSQL would look it up for each image.
 */
const newestLists = (db: Db, { isOf }: HostChunk) => sql`newest as
  ${isPostgres(db) ? sql`materialized` : sql`not materialized`} (
    select h.id as host_id,
      (select max(m.last_seen) from image_filesystem m where m.host_id = h.id) as at
    from host h where ${isOf(sql`h.id`)})`;
const OF_SYSTEM = sql`select i.inventory_id from image i
  where i.host_id = f.host_id and i.image_id = f.image_id`;

/** See `ExposureStore.readImages`. */
export async function readImages(db: Db, hosts: readonly string[]): Promise<HeldImages> {
  const unused: UnusedImage[] = [];
  const counts = { total: 0, notInventoried: 0, systemOnly: 0 };
  await eachHosts(db, hosts, async (chunk) => {
    const whole = chunk.hasWhole ? await countWhole(db, chunk) : 0;
    const used = await countUsed(db, chunk, whole > 0);
    const others = await countUnused(db, chunk);
    const rows = others === 0 ? [] : await readUnused(db, chunk);
    for (const { hostId, ...row } of rows) {
      unused.push({ ...row, host: chunk.names.get(hostId) ?? '' });
    }
    const systemOnly =
      used.system +
      rows.filter((one) => one.filesystemId === null && one.inventoryId !== null).length;
    const total = used.total + others;
    counts.total += total;
    counts.systemOnly += systemOnly;
    counts.notInventoried += total - whole - systemOnly;
  });
  return { unused, counts };
}

/** Images of the newest lists. */
const LISTED = sql`newest n cross join image_filesystem f
  where f.host_id = n.host_id and f.last_seen = n.at`;
/** Images of containers that are there; they need not stand in the list of their host. */
const usedOn = ({ isOf }: HostChunk) =>
  sql`container c where ${isOf(sql`c.host_id`)} and c.closed_at is null and c.image_id <> ''`;

/** Listed images that were read whole. */
async function countWhole(db: Db, chunk: HostChunk): Promise<number> {
  const { rows } = await sql<{ whole: number }>`
    with ${newestLists(db, chunk)}
    select cast(count(*) as integer) as whole
    from ${LISTED} and f.filesystem_id is not null`.execute(db);
  return rows[0]?.whole ?? 0;
}

/** Images of containers, and those of them of which only the system's packages are known. */
async function countUsed(db: Db, chunk: HostChunk, isAnyWhole: boolean) {
  const isListed = (condition: RawBuilder<unknown>) => sql`exists (
    select 1 from image_filesystem f where f.host_id = used.host_id and f.image_id = used.image_id
      and ${condition}
      and f.last_seen = (select max(m.last_seen) from image_filesystem m where m.host_id = f.host_id))`;
  const isWhole = isAnyWhole ? isListed(sql`f.filesystem_id is not null`) : sql`false`;
  // Mostly the packages of one of its containers are known: the others are few.
  const isOfSystem = sql`(exists (select 1 from container k where k.host_id = used.host_id
      and k.image_id = used.image_id and k.inventory_id is not null and k.closed_at is null)
    or ${isListed(sql`(${OF_SYSTEM}) is not null`)})`;
  const count = async (more: RawBuilder<unknown>, condition: RawBuilder<unknown>) => {
    const { rows } = await sql<{ images: number }>`
      select cast(count(*) as integer) as images
      from (select distinct c.host_id, c.image_id from ${usedOn(chunk)} and ${more}) used
      where ${condition}`.execute(db);
    return rows[0]?.images ?? 0;
  };
  const total = await count(sql`true`, sql`true`);
  const unread = await count(
    sql`c.inventory_id is null`,
    sql`not ${isOfSystem} and not ${isWhole}`,
  );
  const whole = isAnyWhole ? await count(sql`true`, isWhole) : 0;
  return { total, system: total - unread - whole };
}

/** Listed images without a container. */
async function countUnused(db: Db, chunk: HostChunk): Promise<number> {
  // SQLite lays both beside each other where they are wanted in one order, and looks none up.
  const inOrder = isPostgres(db) ? sql`` : sql`order by 1, 2`;
  const { rows } = await sql<{ unused: number }>`
    with ${newestLists(db, chunk)}
    select cast(count(*) as integer) as unused from (
      select n.host_id, f.image_id from ${LISTED}
      except select c.host_id, c.image_id from ${usedOn(chunk)}
      ${inOrder}
    ) left_over`.execute(db);
  return rows[0]?.unused ?? 0;
}

type UnusedRow = Omit<UnusedImage, 'host'> & { hostId: number };

async function readUnused(db: Db, chunk: HostChunk): Promise<UnusedRow[]> {
  const { rows } = await sql<UnusedRow>`
    with ${newestLists(db, chunk)}
    select f.host_id as "hostId", f.image_id as id, f.name, f.filesystem_id as "filesystemId",
      (${OF_SYSTEM}) as "inventoryId", f.read_from as "readFrom", f.reason,
      f.first_seen as "firstSeen"
    from ${LISTED}
      and (f.filesystem_id is not null or (${OF_SYSTEM}) is not null
        or f.image_id in (select image_id from imported_list))
      and not exists (select 1 from container c
        where c.host_id = f.host_id and c.image_id = f.image_id and c.closed_at is null)
    order by f.host_id, f.name, f.id`.execute(db);
  return rows;
}
