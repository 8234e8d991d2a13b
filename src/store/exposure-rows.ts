import { sql } from 'kysely';
import type {
  AskedPackages,
  ContainerSpan,
  ExposureStore,
  MatchedInventory,
} from '../ports/exposure-store.ts';
import { endOf, unionOf } from '../shared/periods.ts';
import { byBytes } from './byte-order.ts';
import { CHUNK_ROWS, inChunks, keyList } from './chunks.ts';
import type { Database } from './database.ts';
import { countContents, countGroups, isStillOpen, readGroups } from './exposure-groups.ts';
import { readImages } from './exposure-images.ts';
import { systemOf, toPackage } from './inventory-rows.ts';
import { filesystemOf } from './joins.ts';
import { findNames, findNear } from './package-names.ts';
import type { Db } from './schema.ts';

export function createExposuresStore({ read }: Database): ExposureStore {
  const listInventories = rememberInventories();
  return {
    listSpans: (asked) => read((db) => readSpans(db, asked)),
    listGroups: (asked) => read((db) => readGroups(db, asked)),
    countContents: (asked) => read((db) => countContents(db, asked)),
    countGroups: (asked) => read((db) => countGroups(db, asked)),
    readImages: (hosts) => read((db) => readImages(db, hosts)),
    findNames: (name) => read((db) => findNames(db, name)),
    findNear: (name) => read((db) => findNear(db, name)),
    findPackages: (ids, asked) => read((db) => readPackages({ db, listInventories }, ids, asked)),
  };
}

type Row = ContainerSpan & {
  /** Null: seen by events alone. */
  rowId: number | null;
};

/** Of all columns these are in an index of their own: what a container looked like takes kilobytes. */
async function readSpans(
  db: Db,
  { hosts, since, inventoryIds }: Parameters<ExposureStore['listSpans']>[0],
): Promise<ContainerSpan[]> {
  const known = inventoryIds?.filter((id) => id !== null);
  const isStill = isStillOpen(sql.ref('container'));
  const isThere = sql<number>`case when closed_at is null or ${isStill} then 1 else 0 end`;
  const found = new Map<string, Row>();
  await inChunks(hosts, async (chunk) => {
    const rows = await db
      .selectFrom('container')
      .innerJoin('host', 'host.id', 'container.host_id')
      .leftJoin('image_filesystem', (join) =>
        filesystemOf('container')(join).on('filesystem_id', 'is not', null),
      )
      .select(['host.name as host', 'container.id as rowId', 'container_id as id'])
      .select(['container.name', 'container.image', 'container.image_id as imageId', 'state'])
      .select(['opened_at as from', 'closed_at as to', 'inventory_id as inventoryId'])
      .select(['filesystem_id as filesystemId', 'read_from as readFrom'])
      .select([isThere.as('there'), sql<string | null>`null`.as('reason')])
      .where('host.name', 'in', chunk)
      .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>=', since)]))
      .$if(known !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb('inventory_id', 'in', known ?? []),
            ...(inventoryIds?.includes(null) ? [eb('inventory_id', 'is', null)] : []),
          ]),
        ),
      )
      .execute();
    for (const { there, ...row } of rows) {
      const { from, to } = row;
      join(found, { ...row, isThere: there === 1, periods: [{ from, to }] });
    }
    if (inventoryIds !== undefined && !inventoryIds.includes(null)) return;
    for (const row of await readGlimpses(db, chunk, since)) join(found, row);
  });
  const spans = [...found.values()];
  await addReasons(db, spans);
  nameImages(spans);
  return spans.sort(byTime);
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
    endOf(row) > endOf(known) ||
    (endOf(row) === endOf(known) && (row.rowId ?? 0) > (known.rowId ?? 0));
  const last = isLater ? row : known;
  last.from = Math.min(known.from, row.from);
  last.periods = unionOf([...known.periods, ...row.periods]);
  spans.set(key, last);
}

/** What is there first, then by when it was gone. */
function byTime(a: Row, b: Row): number {
  if (endOf(a) !== endOf(b)) return endOf(a) > endOf(b) ? -1 : 1;
  return a.from - b.from || byBytes(a.id, b.id);
}

/** An image has one name, however its containers were started: the first of theirs, or its id where they have none. */
function nameImages(spans: readonly Row[]): void {
  const names = new Map<string, string>();
  const keyOf = ({ host, imageId, inventoryId, reason }: Row) =>
    `${host} ${imageId} ${inventoryId} ${reason}`;
  const contained = spans.filter(({ rowId }) => rowId !== null);
  for (const span of contained) {
    const name = names.get(keyOf(span));
    if (name === undefined || byBytes(span.image, name) < 0) names.set(keyOf(span), span.image);
  }
  for (const span of contained) span.image = names.get(keyOf(span)) || span.imageId;
}

/** Says why nobody knows the packages of those that have no inventory. */
async function addReasons(db: Db, spans: readonly Row[]): Promise<void> {
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

async function readGlimpses(db: Db, hosts: readonly string[], since: number): Promise<Row[]> {
  const rows = await db
    .selectFrom('glimpse')
    .innerJoin('host', 'host.id', 'glimpse.host_id')
    .select(['host.name as host', 'container_id as id', 'glimpse.name', 'image', 'reason'])
    .select(['first_seen as from', 'removed_at as to'])
    .where('host.name', 'in', hosts)
    .where((eb) => eb.or([eb('removed_at', 'is', null), eb('removed_at', '>=', since)]))
    .where(
      sql<boolean>`not exists (select 1 from container where container.host_id = glimpse.host_id
        and container.container_id = glimpse.container_id)`,
    )
    .orderBy('glimpse.id')
    .execute();
  return rows.map((row) => ({
    ...row,
    ...{ rowId: null, imageId: '', state: 'gone', inventoryId: null },
    ...{ filesystemId: null, readFrom: null, isThere: row.to === null },
    periods: [{ from: row.from, to: row.to }],
  }));
}

async function readPackages(
  { db, listInventories }: { db: Db; listInventories: ListInventories },
  ids: readonly number[],
  { names, sources }: AskedPackages,
): Promise<Map<number, MatchedInventory>> {
  const found = await listInventories(db, ids);
  if (found.size === 0) return found;
  const packages = await matchedPackages(db, names, sources);
  await inChunks([...packages.keys()], async (chunk) => {
    const rows = await db
      .selectFrom('inventory_package')
      .select(['inventory_id', 'package_id'])
      .where(sql<boolean>`package_id in (${keyList(chunk)})`)
      .$if(ids.length <= FEW, (query) =>
        query.where(sql<boolean>`inventory_id in (${keyList(ids)})`),
      )
      .orderBy('package_id')
      .execute();
    for (const { inventory_id, package_id } of rows) {
      const one = packages.get(package_id);
      const inventory = found.get(inventory_id);
      if (one === undefined || inventory === undefined) continue;
      if (inventory.packages.length > 0) inventory.packages.push(one);
      else {
        // To spread an object takes several times as long.
        const { id, manager, operatingSystem } = inventory;
        found.set(inventory_id, { id, manager, operatingSystem, packages: [one] });
      }
    }
  });
  return found;
}

/** So few inventories are looked up: others may have the same packages by the thousand. */
const FEW = 100;

async function matchedPackages(db: Db, names: readonly string[], sources: readonly string[]) {
  const found = new Map<number, MatchedInventory['packages'][number]>();
  const take = async (column: 'name' | 'source_name', values: readonly string[]) => {
    for (let start = 0; start < values.length; start += CHUNK_ROWS) {
      const rows = await db
        .selectFrom('package')
        .selectAll()
        .where(column, 'in', values.slice(start, start + CHUNK_ROWS))
        .orderBy('id')
        .execute();
      for (const row of rows) found.set(row.id, toPackage(row));
    }
  };
  await take('name', names);
  await take('source_name', sources);
  return found;
}

/** Some hundred bytes each. */
const KEPT_MAX = 20_000;
const KEYS_AT_ONCE = 1_000;

/** Gives inventories without their packages, by their keys. */
type ListInventories = (db: Db, ids: readonly number[]) => Promise<Map<number, MatchedInventory>>;

/**
 * Nothing of an inventory changes but when it was last seen: those that were read stand. Whoever finds packages of one
 * takes a copy. Those of one system have the same object for it.
 */
function rememberInventories(): ListInventories {
  const kept = new Map<number, MatchedInventory>();
  const systems = new Map<string, MatchedInventory['operatingSystem']>();
  const sameSystem = (system: MatchedInventory['operatingSystem']) => {
    const key = JSON.stringify(system);
    const known = systems.get(key) ?? system;
    systems.set(key, known);
    return known;
  };
  return async (db, ids) => {
    const found = new Map<number, MatchedInventory>();
    const unread: number[] = [];
    for (const id of ids) {
      const known = kept.get(id);
      if (known === undefined) unread.push(id);
      else found.set(id, known);
    }
    await inChunks(
      unread,
      async (chunk) => {
        const rows = await db
          .selectFrom('inventory')
          .select(['id', 'manager', 'os_id', 'os_version', 'os_name'])
          .where(sql<boolean>`id in (${keyList(chunk)})`)
          .execute();
        if (kept.size + rows.length > KEPT_MAX) {
          kept.clear();
          systems.clear();
        }
        for (const { id, manager, ...row } of rows) {
          const one = { id, manager, operatingSystem: sameSystem(systemOf(row)), packages: [] };
          kept.set(id, one);
          found.set(id, one);
        }
      },
      KEYS_AT_ONCE,
    );
    return found;
  };
}
