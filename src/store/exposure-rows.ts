import { type Kysely, sql } from 'kysely';
import type {
  AskedPackages,
  ContainerSpan,
  ExposureStore,
  MatchedInventory,
} from '../ports/exposure-store.ts';
import { isoTime } from '../shared/time.ts';
import { CHUNK_ROWS, inChunks } from './chunks.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';

/** Who had what installed, in the database. */
export const createExposuresStore = ({ read }: Database): ExposureStore => ({
  listSpans: (asked) => read((db) => readSpans(db, asked)),
  findPackages: (ids, asked) => read((db) => readPackages(db, ids, asked)),
});

type Row = Omit<ContainerSpan, 'from' | 'to'> & {
  rowId: number | null;
  openedAt: number;
  closedAt: number | null;
};

/** Of all columns these are in an index of their own: what a container looked like takes kilobytes. */
async function readSpans(
  db: Kysely<Tables>,
  { hosts, since }: Parameters<ExposureStore['listSpans']>[0],
): Promise<ContainerSpan[]> {
  const spans = new Map<string, Row>();
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
        'opened_at as openedAt',
        'closed_at as closedAt',
        'inventory_id as inventoryId',
      ])
      .where('host.name', 'in', chunk)
      .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>=', since)]))
      .execute();
    for (const row of rows) join(spans, { ...row, image: '', reason: null });
    for (const row of await readGlimpses(db, chunk, since)) join(spans, row);
  });
  const rows = [...spans.values()];
  const images = await imagesOf(db, rows);
  const reasons = await reasonsOf(db, rows);
  return rows.map(({ rowId, openedAt, closedAt, ...span }) => ({
    ...span,
    image: images.get(imageKey(span)) ?? span.image,
    reason: (rowId === null ? null : reasons.get(rowId)) ?? span.reason,
    from: isoTime(openedAt),
    to: closedAt === null ? null : isoTime(closedAt),
  }));
}

/** Rows of one container that had the same inventory are one span, from the first to the last of them. */
function join(spans: Map<string, Row>, row: Row): void {
  const key = `${row.host} ${row.id} ${row.inventoryId}`;
  const known = spans.get(key);
  if (known === undefined) {
    spans.set(key, row);
    return;
  }
  const isLater =
    (row.closedAt ?? Number.POSITIVE_INFINITY) > (known.closedAt ?? Number.POSITIVE_INFINITY);
  const openedAt = Math.min(known.openedAt, row.openedAt);
  spans.set(key, { ...(isLater ? row : known), openedAt });
}

/** An engine may call its image by the id of another engine's. */
const imageKey = ({ host, imageId }: Pick<Row, 'host' | 'imageId'>): string => `${host} ${imageId}`;

/** What each image was started as, by one of its containers. */
async function imagesOf(db: Kysely<Tables>, rows: readonly Row[]): Promise<Map<string, string>> {
  const keys = new Map<number, string>();
  const seen = new Set<string>();
  for (const row of rows) {
    const key = imageKey(row);
    if (row.rowId === null || seen.has(key)) continue;
    seen.add(key);
    keys.set(row.rowId, key);
  }
  const found = new Map<string, string>();
  await inChunks([...keys.keys()], async (chunk) => {
    const named = await db
      .selectFrom('container')
      .select(['id', sql<string | null>`facts_json ->> 'imageReference'`.as('image')])
      .where('id', 'in', chunk)
      .execute();
    for (const { id, image } of named) {
      const key = keys.get(id);
      if (key !== undefined && image !== null) found.set(key, image);
    }
  });
  return found;
}

/** Why nobody knows the packages of those that have no inventory. */
async function reasonsOf(db: Kysely<Tables>, rows: readonly Row[]): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const unread = rows.flatMap(({ rowId, inventoryId }) =>
    rowId === null || inventoryId !== null ? [] : [rowId],
  );
  await inChunks(unread, async (chunk) => {
    const said = await db
      .selectFrom('container')
      .select(['id', sql<string | null>`surface_json -> 'installed' ->> 'reason'`.as('reason')])
      .where('id', 'in', chunk)
      .execute();
    for (const { id, reason } of said) if (reason !== null) found.set(id, reason);
  });
  return found;
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
      'first_seen as openedAt',
      'removed_at as closedAt',
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
