import { type Selectable, sql } from 'kysely';
import { boundRows, gather, idsOf } from './chunks.ts';
import type { ContainerTable } from './container-table.ts';
import type { Db } from './schema.ts';

type Row = Selectable<ContainerTable>;

/** A container by its own id and the key of its host. */
export interface ContainerName {
  host_id: number;
  container_id: string;
}

/** The same text for the same container of a host. */
export const textOf = (name: ContainerName): string => `${name.host_id} ${name.container_id}`;

/** For `values …`; at least one. */
export const containerRows = (names: readonly ContainerName[]) =>
  boundRows(names.map((one) => [one.host_id, one.container_id]));

// The newest row of a container exists or is gone, and for both there is an index: one is closed without being gone only
// where the next is opened.

/** What was last known of a container, whether it exists or not. */
export async function readNewestRow(
  db: Db,
  hostId: number,
  containerId: string,
): Promise<Row | undefined> {
  const rows = db
    .selectFrom('container')
    .selectAll()
    .where('host_id', '=', hostId)
    .where('container_id', '=', containerId);
  const open = await rows.where('closed_at', 'is', null).executeTakeFirst();
  if (open !== undefined) return open;
  // No parameter: a statement that has one as its limit is planned each time.
  const gone = rows.where('is_gone', '=', 1).orderBy('id', 'desc').limit(sql.lit(1));
  return gone.executeTakeFirst();
}

/** The same of several, by `textOf`. */
export async function readNewestRows(
  db: Db,
  names: readonly ContainerName[],
): Promise<ReadonlyMap<string, Row>> {
  const asked = [...new Map(names.map((name) => [textOf(name), name])).values()];
  const ids = await gather(asked, async (chunk) => {
    const own = sql`from asked cross join container where container.host_id = asked.host_id
      and container.container_id = asked.container_id`;
    const { rows } = await sql<{ id: number }>`
      with asked(host_id, container_id) as (values ${containerRows(chunk)})
      select max(id) as id from (
        select id, container.host_id, container.container_id ${own} and closed_at is null
        union all
        select id, container.host_id, container.container_id ${own} and is_gone = 1
      ) as last group by host_id, container_id`.execute(db);
    return idsOf(rows);
  });
  const newest = await readRowsByKey(db, ids);
  return new Map([...newest.values()].map((row) => [textOf(row), row]));
}

export async function readRowsByKey(
  db: Db,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Row>> {
  const rows = await gather(ids, (chunk) =>
    db.selectFrom('container').selectAll().where('id', 'in', chunk).execute(),
  );
  return new Map(rows.map((row) => [row.id, row]));
}
