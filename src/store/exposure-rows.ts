import { type Kysely, sql } from 'kysely';
import type {
  AskedPackages,
  ContainerSpan,
  ExposureStore,
  ImageContents,
  MatchedInventory,
} from '../ports/exposure-store.ts';
import { CHUNK_ROWS, inChunks } from './chunks.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';

/** Who had what installed, in the database. */
export const createExposuresStore = ({ read }: Database): ExposureStore => ({
  listSpans: (asked) => read((db) => readSpans(db, asked)),
  listImages: (hosts) => read((db) => readImages(db, hosts)),
  findPackages: (ids, asked) => read((db) => readPackages(db, ids, asked)),
});

type Row = ContainerSpan & {
  /** Null: seen by events alone. */
  rowId: number | null;
};

/** Of all columns these are in an index of their own: what a container looked like takes kilobytes. */
async function readSpans(
  db: Kysely<Tables>,
  { hosts, since }: Parameters<ExposureStore['listSpans']>[0],
): Promise<ContainerSpan[]> {
  const found = new Map<string, Row>();
  await inChunks(hosts, async (chunk) => {
    const rows = await db
      .selectFrom('container')
      .innerJoin('host', 'host.id', 'container.host_id')
      .select([
        'host.name as host',
        'container.id as rowId',
        'container_id as id',
        'container.name',
        'image_id as imageId',
        'state',
        'opened_at as from',
        'closed_at as to',
        'inventory_id as inventoryId',
        'container.image',
        sql<string | null>`null`.as('reason'),
      ])
      .where('host.name', 'in', chunk)
      .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>=', since)]))
      .execute();
    for (const row of rows) join(found, row);
    for (const row of await readGlimpses(db, chunk, since)) join(found, row);
  });
  const spans = [...found.values()];
  nameImages(spans);
  await addReasons(db, spans);
  return spans;
}

/** Rows of one container that had the same inventory are one span, from the first to the last of them. */
function join(spans: Map<string, Row>, row: Row): void {
  const key = `${row.host} ${row.id} ${row.inventoryId}`;
  const known = spans.get(key);
  if (known === undefined) {
    spans.set(key, row);
    return;
  }
  const endOf = ({ to }: Row) => to ?? Number.POSITIVE_INFINITY;
  const last = endOf(row) > endOf(known) ? row : known;
  last.from = Math.min(known.from, row.from);
  spans.set(key, last);
}

/** Each image has the name that it was first started by: others may know it by another. */
function nameImages(spans: readonly Row[]): void {
  const names = new Map<string, string>();
  for (const span of spans) {
    if (span.rowId === null) continue;
    const key = imageKey(span);
    const name = names.get(key);
    if (name === undefined) names.set(key, span.image);
    else span.image = name;
  }
}

/** An engine may call its image by the id of another engine's. */
const imageKey = ({ host, imageId }: Pick<Row, 'host' | 'imageId'>): string => `${host} ${imageId}`;

/** Says why nobody knows the packages of those that have no inventory. */
async function addReasons(db: Kysely<Tables>, spans: readonly Row[]): Promise<void> {
  const unread = new Map<number, Row>();
  for (const span of spans) {
    if (span.rowId !== null && span.inventoryId === null) unread.set(span.rowId, span);
  }
  await inChunks([...unread.keys()], async (chunk) => {
    const said = await db
      .selectFrom('container')
      .select(['id', sql<string | null>`surface_json -> 'installed' ->> 'reason'`.as('reason')])
      .where('id', 'in', chunk)
      .execute();
    for (const { id, reason } of said) {
      const span = unread.get(id);
      if (span !== undefined) span.reason = reason;
    }
  });
}

async function readGlimpses(
  db: Kysely<Tables>,
  hosts: readonly string[],
  since: number,
): Promise<Row[]> {
  const rows = await db
    .selectFrom('glimpse')
    .innerJoin('host', 'host.id', 'glimpse.host_id')
    .select([
      'host.name as host',
      'container_id as id',
      'glimpse.name',
      'image',
      'first_seen as from',
      'removed_at as to',
      'reason',
    ])
    .where('host.name', 'in', hosts)
    .where((eb) => eb.or([eb('removed_at', 'is', null), eb('removed_at', '>=', since)]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('container')
            .select('container.id')
            .whereRef('container.host_id', '=', 'glimpse.host_id')
            .whereRef('container.container_id', '=', 'glimpse.container_id'),
        ),
      ),
    )
    .orderBy('glimpse.id')
    .execute();
  return rows.map((row) => ({
    ...row,
    ...{ rowId: null, imageId: '', state: 'gone', inventoryId: null },
  }));
}

async function readImages(db: Kysely<Tables>, hosts: readonly string[]): Promise<ImageContents[]> {
  const found: ImageContents[] = [];
  await inChunks(hosts, async (chunk) => {
    const rows = await db
      .selectFrom('image_filesystem')
      .innerJoin('host', 'host.id', 'image_filesystem.host_id')
      .leftJoin('image', (join) =>
        join
          .onRef('image.host_id', '=', 'image_filesystem.host_id')
          .onRef('image.image_id', '=', 'image_filesystem.image_id'),
      )
      .select(['host.name as host', 'image_filesystem.image_id as id', 'image_filesystem.name'])
      .select(['filesystem_id as filesystemId', 'image.inventory_id as inventoryId'])
      .select(['read_from as readFrom', 'reason'])
      .select(['first_seen as firstSeen', 'last_seen as lastSeen', sql<boolean>`1`.as('isThere')])
      .where('host.name', 'in', chunk)
      .orderBy('host.name')
      .orderBy('image_filesystem.name')
      .orderBy('image_filesystem.id')
      .execute();
    const newest = new Map<string, number>();
    for (const { host, lastSeen } of rows) {
      newest.set(host, Math.max(newest.get(host) ?? 0, lastSeen));
    }
    for (const row of rows) {
      row.isThere = row.lastSeen === newest.get(row.host);
      found.push(row);
    }
  });
  return found;
}

async function readPackages(
  db: Kysely<Tables>,
  ids: readonly number[],
  { names, sources }: AskedPackages,
): Promise<Map<number, MatchedInventory>> {
  const found = new Map<number, MatchedInventory>();
  await inChunks(ids, async (chunk) => {
    const rows = await db.selectFrom('inventory').selectAll().where('id', 'in', chunk).execute();
    for (const { id, manager, os_id, os_version, os_name } of rows) {
      const isNamed = os_id !== null && os_version !== null && os_name !== null;
      const operatingSystem = isNamed
        ? { id: os_id, versionId: os_version, prettyName: os_name }
        : null;
      found.set(id, { id, manager, operatingSystem, packages: [] });
    }
  });
  for (const { packageId, ...one } of await matchedPackages(db, names, sources)) {
    const rows = await db
      .selectFrom('inventory_package')
      .select('inventory_id')
      .where('package_id', '=', packageId)
      .execute();
    for (const { inventory_id } of rows) found.get(inventory_id)?.packages.push(one);
  }
  return found;
}

async function matchedPackages(
  db: Kysely<Tables>,
  names: readonly string[],
  sources: readonly string[],
) {
  const found = new Map<number, MatchedInventory['packages'][number]>();
  const take = async (column: 'name' | 'source_name', values: readonly string[]) => {
    for (let start = 0; start < values.length; start += CHUNK_ROWS) {
      const rows = await db
        .selectFrom('package')
        .selectAll()
        .where(column, 'in', values.slice(start, start + CHUNK_ROWS))
        .orderBy('id')
        .execute();
      for (const row of rows) {
        found.set(row.id, {
          name: row.name,
          version: row.version,
          architecture: row.architecture,
          sourceName: row.source_name,
          sourceVersion: row.source_version,
        });
      }
    }
  };
  await take('name', names);
  await take('source_name', sources);
  return [...found].map(([packageId, one]) => ({ packageId, ...one }));
}
