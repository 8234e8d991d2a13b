import { type Selectable, sql } from 'kysely';
import type { HostNews } from '../ports/host-news.ts';
import type { StoredContainer } from '../ports/stored.ts';
import type { LookedHost } from './alert-cursor.ts';
import { gather, idsOf } from './chunks.ts';
import { toStored } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import { type RowsAfter, rowsAfter } from './few-rows.ts';
import {
  type ContainerName,
  containerRows,
  readNewestRows,
  readRowsByKey,
  textOf,
} from './newest-containers.ts';
import type { Db, Tables } from './schema.ts';

/** As much of a row of a container as tells whether it is news. */
type NewRow = ContainerName &
  Pick<Selectable<ContainerTable>, 'id' | 'image_id' | 'first_seen' | 'opened_at'>;

/** When the first good scan of a host began, by its key; null before that. */
type FirstScans = ReadonlyMap<number, number | null>;

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
  const early = rows.filter((row) => !isLater(row, firsts));
  const made = await readMade(db, early);
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
  const later = rows.filter((row) => row.first_seen !== row.opened_at);
  const known = await gather(later, async (chunk) => {
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
    return idsOf(found);
  });
  return new Set(known);
}

/** Those of the containers whose making an event told: only those are heard that came after the watch began. */
async function readMade(db: Db, rows: readonly NewRow[]): Promise<ReadonlySet<string>> {
  const made = await gather(rows, async (chunk) => {
    const found = await sql<ContainerName>`
      with asked(host_id, container_id) as (values ${containerRows(chunk)})
      select distinct asked.host_id, asked.container_id from asked cross join container_event
      where container_event.host_id = asked.host_id
        and container_event.container_id = asked.container_id and kind = 'created'`.execute(db);
    return found.rows.map(textOf);
  });
  return new Set(made);
}

/** No index has names: each is looked for among all rows of its host. */
const NAMES_AT_ONCE = 20;

/** What ran before under the names of the containers of these rows, by the key of the row. */
async function readImagesBefore(db: Db, ids: readonly number[]) {
  const readChunk = (chunk: readonly number[]) =>
    db
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
  const befores = await gather(ids, readChunk, NAMES_AT_ONCE);
  const rows = await gather([...new Set(befores.map(({ before }) => before))], (chunk) =>
    db
      .selectFrom('container')
      .select(['id', 'image_id', 'facts_json'])
      .where('id', 'in', chunk)
      .execute(),
  );
  const images = new Map(rows.map((row) => [row.id, row]));
  return new Map(befores.map(({ id, before }) => [id, images.get(before)]));
}

type NewEvent = ContainerName &
  Pick<Selectable<Tables['container_event']>, 'id' | 'at' | 'kind' | 'detail_json'>;

/** Events that a channel has not looked through. */
export const newEvents = (db: Db): RowsAfter<LookedHost, NewEvent> =>
  rowsAfter(
    db,
    { table: 'container_event', columns: sql`container_id, at, kind, detail_json` },
    ({ cursor }) => cursor.event,
  );

interface EventNews extends Pick<HostNews, 'execs' | 'gone'> {
  made: StoredContainer[];
}

/**
 * Commands whose power was read, and containers that went, as they were last seen; and those that were heard being
 * made after their first rows were looked through and taken for old: a first scan, or a later event of theirs, was
 * stored sooner. By the name of the host.
 */
export async function readEventNews(
  db: Db,
  hosts: readonly LookedHost[],
  events: readonly NewEvent[],
  firsts: FirstScans,
): Promise<(host: string) => EventNews> {
  const telling = events.flatMap((event) => {
    const { kind, detail_json: detail } = event;
    const exec = kind === 'exec' && detail.exec?.state === 'read' ? detail.exec.value : null;
    return exec === null && kind !== 'gone' && kind !== 'created' ? [] : { ...event, exec };
  });
  const newest = await readNewestRows(db, telling);
  // What was later than the first look was news.
  const early = telling.flatMap((event) => {
    const row = event.kind === 'created' ? newest.get(textOf(event)) : undefined;
    return row === undefined || isLater(row, firsts) ? [] : row;
  });
  const firstRows = await readFirstRows(db, early);
  const news = new Map(
    hosts.map((host) => [host.id, { host, execs: [], gone: [], made: [] } as Found]),
  );
  for (const { exec, at, kind, ...name } of telling) {
    const row = newest.get(textOf(name));
    const found = news.get(name.host_id);
    if (row === undefined || found === undefined) continue;
    const container = toStored(row, found.host);
    if (kind === 'created') {
      // An earlier look had its first row.
      const first = firstRows.get(textOf(name));
      if (first !== undefined && first <= found.host.cursor.containerRow)
        found.made.push(container);
    } else if (exec === null) found.gone.push(container);
    else found.execs.push({ container, exec, at });
  }
  const byName = new Map([...news.values()].map((found) => [found.host.name, found]));
  return (host) => byName.get(host) ?? { execs: [], gone: [], made: [] };
}

interface Found extends EventNews {
  host: LookedHost;
}

async function readFirstRows(
  db: Db,
  names: readonly ContainerName[],
): Promise<ReadonlyMap<string, number>> {
  const found = await gather(names, async (chunk) => {
    const { rows } = await sql<ContainerName & { id: number }>`
      with asked(host_id, container_id) as (values ${containerRows(chunk)})
      select asked.host_id, asked.container_id, min(id) as id from asked cross join container
      where container.host_id = asked.host_id and container.container_id = asked.container_id
      group by asked.host_id, asked.container_id`.execute(db);
    return rows.map((row) => [textOf(row), row.id] as const);
  });
  return new Map(found);
}
