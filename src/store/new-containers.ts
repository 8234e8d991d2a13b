import { sql } from 'kysely';
import type { HostNews } from '../ports/host-news.ts';
import type { LookedHost } from './alert-cursor.ts';
import { idsOf, inChunks } from './chunks.ts';
import { toStored } from './container-rows.ts';
import { type ContainerName, containerRows, readRowsByKey, textOf } from './newest-containers.ts';
import { type RowsAfter, rowsAfter } from './rows-after.ts';
import type { Db } from './schema.ts';

/** As much of a row of a container as tells whether it is news. */
export interface NewRow extends ContainerName {
  id: number;
  image_id: string;
  first_seen: number;
  opened_at: number;
}

/** When the first good scan of a host began, by its key; null before that. */
export type FirstScans = ReadonlyMap<number, number | null>;

/** Rows of containers that a channel has not looked through. */
export const newRows = (db: Db): RowsAfter<LookedHost, NewRow> =>
  rowsAfter(
    db,
    { table: 'container', columns: sql`container_id, image_id, first_seen, opened_at` },
    ({ cursor }) => cursor.containerRow,
  );

/** When the first scans of hosts began that could read them. */
export async function readFirstScans(db: Db, hostIds: readonly number[]): Promise<FirstScans> {
  const rows = await db
    .selectFrom('host')
    .select((eb) => [
      'host.id',
      eb
        .selectFrom('scan')
        .select((one) => one.fn.min('seen_at').as('at'))
        .whereRef('scan.host_id', '=', 'host.id')
        .where('is_good', '=', 1)
        .as('first'),
    ])
    .where('host.id', 'in', hostIds)
    .execute();
  return new Map(rows.map(({ id, first }) => [id, first]));
}

/** That one was seen later than what was there at the first look, which is where one starts from, and no news. */
export const isLater = (
  { host_id: hostId, first_seen: firstSeen }: Pick<NewRow, 'host_id' | 'first_seen'>,
  firsts: FirstScans,
): boolean => {
  const first = firsts.get(hostId) ?? null;
  return first !== null && firstSeen > first;
};

/** Containers of these rows that were not there before, and what their names ran until then, by the name of the host. */
export async function readAppeared(
  db: Db,
  hosts: readonly LookedHost[],
  rows: readonly NewRow[],
  firsts: FirstScans,
): Promise<(host: string) => Pick<HostNews, 'appeared' | 'imageChanges'>> {
  // Also what was there at the first look is news where it was seen to be made.
  const made = await readMade(
    db,
    rows.filter((row) => !isLater(row, firsts)),
  );
  // One that nobody could look at in time appears with its first configuration, later than it was seen.
  const known = await readKnownBefore(db, rows);
  const fresh = idsOf(
    rows.filter((row) => !known.has(row.id) && (made.has(textOf(row)) || isLater(row, firsts))),
  );
  const found = await readRowsByKey(db, fresh);
  const befores = await readImagesBefore(db, fresh);
  const byId = new Map(hosts.map((host) => [host.id, host]));
  const news = fresh.flatMap((id) => {
    const row = found.get(id);
    const host = row && byId.get(row.host_id);
    if (row === undefined || host === undefined) return [];
    const container = toStored(row, host);
    const before = befores.get(id);
    const isAlike =
      before !== undefined &&
      before.facts_json.imageReference === container.facts.imageReference &&
      before.image_id !== row.image_id;
    return { host: host.name, container, imageBefore: isAlike ? before.image_id : null };
  });
  const byHost = Map.groupBy(news, ({ host }) => host);
  return (host) => {
    const own = byHost.get(host) ?? [];
    return {
      appeared: own.map(({ container }) => container),
      imageChanges: own.flatMap(({ container, imageBefore }) =>
        imageBefore === null ? [] : { container, imageBefore },
      ),
    };
  };
}

/** Keys of the rows that tell how a container changed of which an earlier one tells. */
async function readKnownBefore(db: Db, rows: readonly NewRow[]): Promise<ReadonlySet<number>> {
  const known = new Set<number>();
  const later = rows.filter((row) => row.first_seen !== row.opened_at);
  await inChunks(later, async (chunk) => {
    const found = await db
      .selectFrom('container')
      .innerJoin('container as earlier', (join) =>
        join
          .onRef('earlier.host_id', '=', 'container.host_id')
          .onRef('earlier.container_id', '=', 'container.container_id')
          .onRef('earlier.id', '<', 'container.id'),
      )
      .select('container.id')
      .where('container.id', 'in', idsOf(chunk))
      .execute();
    for (const { id } of found) known.add(id);
  });
  return known;
}

/** Those of the containers whose making an event told: only those are heard that came after the watch began. */
async function readMade(db: Db, rows: readonly NewRow[]): Promise<ReadonlySet<string>> {
  const made = new Set<string>();
  await inChunks(rows, async (chunk) => {
    const found = await sql<ContainerName>`
      with asked(host_id, container_id) as (values ${containerRows(chunk)})
      select distinct asked.host_id, asked.container_id from asked cross join container_event
      where container_event.host_id = asked.host_id
        and container_event.container_id = asked.container_id and kind = 'created'`.execute(db);
    for (const name of found.rows) made.add(textOf(name));
  });
  return made;
}

/** No index has names: each is looked for among all rows of its host. */
const NAMES_AT_ONCE = 20;

/** What ran before under the names of the containers of these rows, by the key of the row. */
async function readImagesBefore(db: Db, ids: readonly number[]) {
  const befores = new Map<number, number>();
  const readChunk = async (chunk: readonly number[]): Promise<void> => {
    const found = await db
      .selectFrom('container')
      .innerJoin('container as before', (join) =>
        join
          .onRef('before.host_id', '=', 'container.host_id')
          .onRef('before.name', '=', 'container.name')
          .onRef('before.id', '<', 'container.id'),
      )
      .select((eb) => ['container.id', eb.fn.max<number>('before.id').as('before')])
      .where('container.id', 'in', chunk)
      .groupBy('container.id')
      .execute();
    for (const { id, before } of found) befores.set(id, before);
  };
  await inChunks(ids, readChunk, NAMES_AT_ONCE);
  const images = new Map<number, Awaited<ReturnType<typeof readImages>>[number]>();
  await inChunks([...new Set(befores.values())], async (chunk) => {
    for (const row of await readImages(db, chunk)) images.set(row.id, row);
  });
  return new Map([...befores].map(([id, before]) => [id, images.get(before)]));
}

const readImages = (db: Db, ids: readonly number[]) =>
  db
    .selectFrom('container')
    .select(['id', 'image_id', 'facts_json'])
    .where('id', 'in', ids)
    .execute();
