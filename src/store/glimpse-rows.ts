import { type GeneratedAlways, type JSONColumnType, type RawBuilder, sql } from 'kysely';
import type { SpanGroup } from '../ports/exposure-store.ts';
import type { Sighting } from '../ports/watch-store.ts';
import { idsOf, inChunks } from './chunks.ts';
import { type Db, HISTORY, type Life, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    glimpse: {
      id: GeneratedAlways<number>;
      host_id: number;
      container_id: string;
      name: string;
      image: string;
      labels_json: JSONColumnType<Sighting['labels']>;
      first_seen: number;
      last_seen: number;
      removed_at: number | null;
      reason: string;
    };
  }
}

export const glimpseLife: Life = {
  until: `${HISTORY} its container was gone`,
  why: 'containers that nobody could look at in time',
  trims: [remove('glimpse', ({ history }) => sql`removed_at < ${history}`)],
};

type Host = { id: number };

/**
 * Notes that a container exists whose configuration is unknown; the first reason stays. False when
 * that is known already.
 */
export async function seeGlimpse(
  db: Db,
  host: Host,
  { containerId, name, image, labels, at }: Sighting,
  reason: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('glimpse')
    .set({ first_seen: earlierOf(at), last_seen: laterOf(at) })
    .where('host_id', '=', host.id)
    .where('container_id', '=', containerId)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return false;
  await db
    .insertInto('glimpse')
    .values({
      host_id: host.id,
      container_id: containerId,
      name,
      image,
      labels_json: JSON.stringify(labels),
      first_seen: at,
      last_seen: at,
      removed_at: null,
      reason,
    })
    .execute();
  return true;
}

/** Notes that such a container is gone; false when none is known to exist. */
export async function seeGlimpseGo(
  db: Db,
  host: Host,
  { containerId, at }: Sighting,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('glimpse')
    .set({ last_seen: laterOf(at), removed_at: at })
    .where('host_id', '=', host.id)
    .where('container_id', '=', containerId)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Since when a container is known by its existence alone, and when it went; removes it from these. */
export async function takeGlimpse(
  db: Db,
  host: Host,
  containerId: string,
): Promise<{ firstSeen: number; removedAt: number | null } | null> {
  const row = await db
    .deleteFrom('glimpse')
    .where('host_id', '=', host.id)
    .where('container_id', '=', containerId)
    .returning(['first_seen', 'removed_at'])
    .executeTakeFirst();
  return row === undefined ? null : { firstSeen: row.first_seen, removedAt: row.removed_at };
}

/** Those that a scan read are glimpses no more: since when each of them is known to exist. */
export async function takeReadGlimpses(
  db: Db,
  host: Host,
  isRead: (containerId: string) => boolean,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('glimpse')
    .select(['id', 'container_id', 'first_seen'])
    .where('host_id', '=', host.id)
    .where('removed_at', 'is', null)
    .execute();
  const taken = rows.filter((row) => isRead(row.container_id));
  await inChunks(taken, (chunk) =>
    db.deleteFrom('glimpse').where('id', 'in', idsOf(chunk)).execute(),
  );
  return new Map(taken.map((row) => [row.container_id, row.first_seen]));
}

// `min` and `max` of two values have other names in PostgreSQL.
const earlierOf = (at: number): RawBuilder<number> =>
  sql`case when first_seen < ${at} then first_seen else cast(${at} as bigint) end`;
const laterOf = (at: number): RawBuilder<number> =>
  sql`case when last_seen > ${at} then last_seen else cast(${at} as bigint) end`;

type Group = Omit<SpanGroup, 'host'> & { hostId: number };

/** Containers of hosts that are there or were after `since`, and that are known as glimpses alone, by image and reason. */
export async function groupGlimpses(
  db: Db,
  isOfHosts: RawBuilder<boolean>,
  since: number,
): Promise<Group[]> {
  const { rows } = await sql<Group>`
    select g.host_id as "hostId", g.image, '' as "imageId", null as "inventoryId",
      null as "filesystemId", null as "readFrom", g.reason, 0 as running,
      cast(sum(case when g.removed_at is null then 1 else 0 end) as integer) as stopped,
      cast(sum(case when g.removed_at is null then 0 else 1 end) as integer) as gone,
      0 as changed, min(g.container_id) as first
    from glimpse g
    where ${isOfHosts} and (g.removed_at is null or g.removed_at >= ${since}) and not exists (
      select 1 from container c where c.host_id = g.host_id and c.container_id = g.container_id)
    group by g.host_id, g.image, g.reason`.execute(db);
  return rows;
}
