import type { Selectable } from 'kysely';
import type { AlertStore } from '../ports/alert-store.ts';
import type { AlertCursor, HostNews } from '../ports/host-news.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import { readInForce, readLapsed, readPartAcceptances } from './alert-acceptances.ts';
import { readBlindIntervals } from './blind-intervals.ts';
import { idsOf, inChunks } from './chunks.ts';
import { readContainers } from './container-lists.ts';
import { readNewestRow, toStored } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import { readTracedExecs } from './exec-rows.ts';
import { readFindingChanges } from './finding-changes.ts';
import { readKnownHosts, type ScannedHost } from './host-rows.ts';
import { readLoose } from './open-troubles.ts';
import type { Db } from './schema.ts';

/** Rows of containers that are looked through at once. */
const ROWS_MAX = 2_000;
/** How far the blind intervals of two looks overlap: one counts once it is a minute long. */
const BLIND_OVERLAP_MS = 5 * 60_000;

/** A cursor that begins now. */
export async function newsCursor(db: Db, host: string, at: number): Promise<AlertCursor> {
  const newest = async (table: 'container' | 'engine_defaults' | 'container_event') => {
    const { id } = await db
      .selectFrom(table)
      .innerJoin('host', 'host.id', `${table}.host_id`)
      .where('host.name', '=', host)
      .select((eb) => eb.fn.max(`${table}.id`).as('id'))
      .executeTakeFirstOrThrow();
    return id ?? 0;
  };
  return {
    findingsAt: at,
    containerRow: await newest('container'),
    engineChange: await newest('engine_defaults'),
    event: await newest('container_event'),
    blindAt: at,
  };
}

/** What is new of a host, with the cursor behind it. */
export async function readHostNews(
  db: Db,
  [channel, name, cursor, at]: Parameters<AlertStore['readNews']>,
): Promise<HostNews> {
  const nothing: HostNews = {
    ...{ host: name, cursor, findings: null, appeared: [], imageChanges: [], defaults: [] },
    ...{ execs: [], tracedExecs: [], loose: [], gone: [], existing: [] },
    ...{ blind: [], acceptances: [], held: [], lapsed: [] },
  };
  const [host] = await readKnownHosts(db, [name]);
  if (host === undefined) return nothing;
  const first = await readFirstGoodAt(db, host);
  const containers = await readAppeared(db, host, { after: cursor.containerRow, first });
  const defaults = await readDefaults(db, host.id, cursor.engineChange);
  const passed = { lastRow: cursor.containerRow, first };
  const events = await readEvents(db, host, cursor.event, passed);
  const since = cursor.findingsAt;
  const [findings = null] = await readFindingChanges(db, { hosts: [name], since }, at);
  const lapsed = await readLapsed(db, host, { from: cursor.blindAt, at });
  const loose = await readLoose(db, channel, host);
  const hasNews =
    loose.length > 0 ||
    events.gone.length > 0 ||
    events.execs.length > 0 ||
    containers.appeared.length > 0 ||
    lapsed.length > 0 ||
    (findings?.changes.length ?? 0) > 0;
  const appeared = [...containers.appeared, ...events.made];
  return {
    host: name,
    ...{ findings, appeared },
    imageChanges: containers.imageChanges,
    defaults: defaults.changes,
    execs: events.execs,
    tracedExecs: await readTracedExecs(db, host),
    ...{ loose, gone: events.gone },
    existing: hasNews ? await readContainers(db, [host], 'existing') : [],
    blind: await readBlindIntervals(db, host, cursor.blindAt),
    acceptances: await readPartAcceptances(db, channel, host, at),
    held: appeared.length > 0 ? await readInForce(db, host, at) : [],
    lapsed,
    cursor: {
      findingsAt: Math.max(cursor.findingsAt, findings ? Date.parse(findings.to) : 0),
      containerRow: containers.lastRow,
      engineChange: defaults.lastRow,
      event: events.lastRow,
      blindAt: Math.max(cursor.blindAt, host.lastAt - BLIND_OVERLAP_MS),
    },
  };
}

/** When the first scan of a host began that could read it; null before that. */
async function readFirstGoodAt(db: Db, host: ScannedHost): Promise<number | null> {
  const { first } = await db
    .selectFrom('scan')
    .where('host_id', '=', host.id)
    .where('is_good', '=', 1)
    .select((eb) => eb.fn.min('seen_at').as('first'))
    .executeTakeFirstOrThrow();
  return first;
}

/** Rows of containers that were not there before, and what their names ran until then. */
async function readAppeared(
  db: Db,
  host: ScannedHost,
  { after, first }: { after: number; first: number | null },
) {
  const rows = await db
    .selectFrom('container')
    .selectAll()
    .where('host_id', '=', host.id)
    .where('id', '>', after)
    .orderBy('id')
    .limit(ROWS_MAX)
    .execute();
  // What was there at the first look is where one starts from, and no news; what was seen to be made is.
  const made = await readMade(db, host, rows);
  // One that nobody could look at in time appears with its first configuration, later than it was seen.
  const known = await readKnownBefore(db, host, rows);
  const fresh = rows.filter(
    (row) =>
      !known.has(row.id) &&
      (made.has(row.container_id) || (first !== null && row.first_seen > first)),
  );
  const imageChanges: HostNews['imageChanges'] = [];
  for (const row of fresh) {
    const before = await db
      .selectFrom('container')
      .select(['image_id', 'facts_json'])
      .where('host_id', '=', host.id)
      .where('name', '=', row.name)
      .where('id', '<', row.id)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    const reference = row.facts_json.imageReference;
    if (before === undefined || before.image_id === row.image_id) continue;
    if (before.facts_json.imageReference !== reference) continue;
    imageChanges.push({ container: toStored(row, host), imageBefore: before.image_id });
  }
  return {
    appeared: fresh.map((row) => toStored(row, host)),
    imageChanges,
    lastRow: rows.at(-1)?.id ?? after,
  };
}

/** Keys of the rows that tell how a container changed of which an earlier one tells. */
async function readKnownBefore(
  db: Db,
  host: ScannedHost,
  rows: readonly Pick<Selectable<ContainerTable>, 'id' | 'first_seen' | 'opened_at'>[],
): Promise<ReadonlySet<number>> {
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
      .where('container.host_id', '=', host.id)
      .where('container.id', 'in', idsOf(chunk))
      .execute();
    for (const { id } of found) known.add(id);
  });
  return known;
}

/** Those of the containers whose making an event told: only those are heard that came after the watch began. */
async function readMade(
  db: Db,
  host: ScannedHost,
  rows: readonly { container_id: string }[],
): Promise<ReadonlySet<string>> {
  const made = new Set<string>();
  await inChunks(rows, async (chunk) => {
    const found = await db
      .selectFrom('container_event')
      .select('container_id')
      .where('host_id', '=', host.id)
      .where('kind', '=', 'created')
      .where(
        'container_id',
        'in',
        chunk.map((row) => row.container_id),
      )
      .execute();
    for (const { container_id: id } of found) made.add(id);
  });
  return made;
}

async function readDefaults(db: Db, hostId: number, after: number) {
  const rows = await db
    .selectFrom('engine_defaults')
    .select(['id', 'at', 'defaults_json'])
    .where('host_id', '=', hostId)
    .where('id', '>=', after)
    .orderBy('id')
    .execute();
  const changes = rows.slice(1).map((row, index) => ({
    before: rows[index]?.defaults_json ?? [],
    after: row.defaults_json,
    at: row.at,
  }));
  return { changes, lastRow: rows.at(-1)?.id ?? after };
}

/**
 * Commands whose power was read, and containers that went, as they were last seen; and those that were heard being
 * made after their first rows were looked through and taken for old: a first scan, or a later event of theirs, was
 * stored sooner.
 */
async function readEvents(
  db: Db,
  host: ScannedHost,
  after: number,
  passed: { lastRow: number; first: number | null },
) {
  const rows = await db
    .selectFrom('container_event')
    .select(['id', 'container_id', 'at', 'kind', 'detail_json'])
    .where('host_id', '=', host.id)
    .where('id', '>', after)
    .orderBy('id')
    .limit(ROWS_MAX)
    .execute();
  const execs: HostNews['execs'] = [];
  const gone: StoredContainer[] = [];
  const made: StoredContainer[] = [];
  for (const { kind, at, container_id: containerId, detail_json: detail } of rows) {
    const exec = kind === 'exec' && detail.exec?.state === 'read' ? detail.exec.value : null;
    if (exec === null && kind !== 'gone' && kind !== 'created') continue;
    const row = await readNewestRow(db, host, containerId);
    if (row === undefined) continue;
    const container = toStored(row, host);
    if (kind === 'created') {
      if (await wasTakenForOld(db, host, row, passed)) made.push(container);
    } else if (exec === null) gone.push(container);
    else execs.push({ container, exec, at });
  }
  return { execs, gone, made, lastRow: rows.at(-1)?.id ?? after };
}

/** Whether an earlier look had the first row of a container, and did not take it for news. */
async function wasTakenForOld(
  db: Db,
  host: ScannedHost,
  {
    container_id: containerId,
    first_seen: firstSeen,
  }: { container_id: string; first_seen: number },
  { lastRow, first }: { lastRow: number; first: number | null },
): Promise<boolean> {
  const { id } = await db
    .selectFrom('container')
    .select((eb) => eb.fn.min('id').as('id'))
    .where('host_id', '=', host.id)
    .where('container_id', '=', containerId)
    .executeTakeFirstOrThrow();
  const wasNews = first !== null && firstSeen > first;
  return id !== null && id <= lastRow && !wasNews;
}
