import { type Selectable, sql } from 'kysely';
import type { AskedPackages } from '../ports/exposure-store.ts';
import type { InventoryReference, StoredInventory, StoredSurface } from '../ports/inventory.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import { addTo } from '../shared/add-to.ts';
import { read, unread } from '../shared/reading.ts';
import { compareText } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type {
  InstalledPackages,
  OsRelease,
  PackageFacts,
  PackageInventory,
} from '../snapshot/facts/packages.ts';
import { gather, idsOf, inChunks } from './chunks.ts';
import type { Database } from './database.ts';
import type { InventoryTable } from './inventory-tables.ts';
import { DAY_IS_FULL } from './package-budget.ts';
import type { Db, Tables } from './schema.ts';
import { hashOf } from './stable-json.ts';

/** What a row of a container says of its surface. */
export interface SurfaceColumns {
  inventoryId: number | null;
  surface: StoredSurface | null;
}

/** Snapshots share an inventory and never change it, so that it is hashed once. */
const keys = new WeakMap<PackageInventory, string>();

/** Over the content: no engine can pass its own packages off as those of another's image. */
function keyOf(inventory: PackageInventory): string {
  const known = keys.get(inventory);
  if (known !== undefined) return known;
  const key = hashOf(inventory);
  keys.set(inventory, key);
  return key;
}

const installedIn = ({ surface }: ObservedContainer): InstalledPackages | null =>
  surface?.installed.state === 'read' ? surface.installed.value : null;

/**
 * Keeps the inventories of containers that are not stored yet, and when each was last seen. The result
 * tells what the row of each container says. What is stored by its content is shared by the hosts, so this
 * is done before a scan holds its own, each in a transaction of its own and in the same order by all. What `isRoom`
 * refuses, which is asked with the number of packages of each that is new, is not kept, and its containers say so.
 */
export async function keepInventories(
  database: Pick<Database, 'write'>,
  seenAt: number,
  containers: readonly ObservedContainer[],
  isRoom: (packages: number) => boolean,
): Promise<(container: ObservedContainer) => SurfaceColumns> {
  const inventories = containers.flatMap((one) => installedIn(one)?.inventory ?? []);
  const ids = await keepEach(database, seenAt, inventories, isRoom);
  return (container) => columnsOf(container, ids);
}

/** Keeps one, in the same way; its key, or null where there is no room. */
export async function keepInventory(
  database: Pick<Database, 'write'>,
  seenAt: number,
  inventory: PackageInventory,
  isRoom: (packages: number) => boolean,
): Promise<number | null> {
  const ids = await keepEach(database, seenAt, [inventory], isRoom);
  return ids.get(keyOf(inventory)) ?? null;
}

async function keepEach(
  { write }: Pick<Database, 'write'>,
  seenAt: number,
  found: readonly PackageInventory[],
  isRoom: (packages: number) => boolean,
): Promise<Map<string, number>> {
  const inventories = new Map(found.map((inventory) => [keyOf(inventory), inventory]));
  const sorted = [...inventories].sort(([a], [b]) => compareText(a, b));
  const ids = new Map<string, number>();
  if (sorted.length > 0) {
    await write(async (db) => {
      for (const [key] of sorted) {
        const row = await seeAgain(db, seenAt, key);
        if (row !== undefined) ids.set(key, row.id);
      }
    });
  }
  for (const [key, inventory] of sorted) {
    if (ids.has(key) || !isRoom(inventory.packages.length)) continue;
    // Meanwhile another may have added it.
    const row = await write(
      async (db) => (await seeAgain(db, seenAt, key)) ?? (await insert(db, seenAt, key, inventory)),
    );
    ids.set(key, row.id);
  }
  return ids;
}

const seeAgain = (db: Db, seenAt: number, key: string) =>
  db
    .updateTable('inventory')
    .set({ last_seen: seenAt })
    .where('key', '=', key)
    .returning('id')
    .executeTakeFirst();

function columnsOf(container: ObservedContainer, ids: ReadonlyMap<string, number>): SurfaceColumns {
  const { surface } = container;
  if (surface === null) return { inventoryId: null, surface: null };
  const { installed, ...rest } = surface;
  if (installed.state === 'unread') return { inventoryId: null, surface: { ...rest, installed } };
  const { inventory, isOwn } = installed.value;
  const inventoryId = ids.get(keyOf(inventory)) ?? null;
  if (inventoryId === null) {
    return { inventoryId, surface: { ...rest, installed: unread(DAY_IS_FULL) } };
  }
  const reference: InventoryReference = {
    key: keyOf(inventory),
    manager: inventory.manager,
    operatingSystem: inventory.operatingSystem,
    packages: inventory.packages.length,
    isOwn,
  };
  return { inventoryId, surface: { ...rest, installed: read(reference) } };
}

async function insert(
  db: Db,
  seenAt: number,
  key: string,
  { manager, operatingSystem, packages }: PackageInventory,
): Promise<{ id: number }> {
  const row = await db
    .insertInto('inventory')
    .values({
      key,
      manager,
      os_id: operatingSystem?.id ?? null,
      os_version: operatingSystem?.versionId ?? null,
      os_name: operatingSystem?.prettyName ?? null,
      packages: packages.length,
      first_seen: seenAt,
      last_seen: seenAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const named = new Map(packages.map((one) => [nameOf(toRow(one)), toRow(one)]));
  const sorted = [...named].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one);
  await inChunks(sorted, async (chunk) => {
    const ids = await keepPackages(db, chunk);
    await db
      .insertInto('inventory_package')
      .values(ids.map((id) => ({ inventory_id: row.id, package_id: id })))
      .execute();
  });
  return row;
}

const packageColumns = [
  'name',
  'version',
  'architecture',
  'source_name',
  'source_version',
  'built_by',
] as const;
type PackageRow = ReturnType<typeof toRow>;
const nameOf = (row: PackageRow) => JSON.stringify(packageColumns.map((column) => row[column]));

/** Keys of packages, which are added where they are not known; those that are stay untouched. */
async function keepPackages(db: Db, rows: readonly PackageRow[]): Promise<number[]> {
  const columns = sql.join(packageColumns.map((column) => sql.ref(column)));
  const values = rows.map((row) => sql`(${sql.join(packageColumns.map((one) => row[one]))})`);
  const known = await db
    .selectFrom('package')
    .selectAll()
    .where(sql<boolean>`(${columns}) in (values ${sql.join(values)})`)
    .execute();
  const names = new Set(known.map(nameOf));
  const fresh = rows.filter((row) => !names.has(nameOf(row)));
  const added =
    fresh.length === 0
      ? []
      : await db.insertInto('package').values(fresh).returning('id').execute();
  return [...known, ...added].map(({ id }) => id);
}

const toRow = (one: PackageFacts) => ({
  name: one.name,
  version: one.version,
  architecture: one.architecture,
  source_name: one.sourceName,
  source_version: one.sourceVersion,
  built_by: one.builtBy ?? '',
});

export function toPackage(row: Omit<Selectable<Tables['package']>, 'id'>): PackageFacts {
  const facts = {
    name: row.name,
    version: row.version,
    architecture: row.architecture,
    sourceName: row.source_name,
    sourceVersion: row.source_version,
  };
  return row.built_by === '' ? facts : { ...facts, builtBy: row.built_by };
}

/** Inventories of one statement, each of some hundred packages. */
const INVENTORIES_AT_ONCE = 20;

type SoftwareNames = Pick<AskedPackages, 'names' | 'sources'>;

/**
 * The inventories with these keys and their packages; with `software` only packages that have such a
 * name or were built from such a source, and only inventories that have one.
 */
export function readInventories(
  db: Db,
  keys: readonly string[],
  software: SoftwareNames | undefined,
): Promise<StoredInventory[]> {
  return gather(
    keys,
    async (chunk) => {
      const rows = await db.selectFrom('inventory').selectAll().where('key', 'in', chunk).execute();
      const packages = await readPackages(db, idsOf(rows), software);
      return rows.flatMap((row) => {
        const own = packages.get(row.id) ?? [];
        return software === undefined || own.length > 0 ? toStored(row, own) : [];
      });
    },
    INVENTORIES_AT_ONCE,
  );
}

/** Packages by inventory. Many inventories share most of theirs, so that each is read once. */
async function readPackages(
  db: Db,
  inventoryIds: readonly number[],
  software: SoftwareNames | undefined,
): Promise<Map<number, PackageFacts[]>> {
  const links = db
    .selectFrom('inventory_package')
    .innerJoin('package', 'package.id', 'inventory_package.package_id')
    .where('inventory_id', 'in', inventoryIds)
    .$if(software !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('name', 'in', software?.names ?? []),
          eb('source_name', 'in', software?.sources ?? []),
        ]),
      ),
    );
  const found = new Map<number, PackageFacts[]>();
  const rows = await db
    .selectFrom('package')
    .selectAll()
    .where('id', 'in', links.select('package.id'))
    .execute();
  const packages = new Map(rows.map((row) => [row.id, toPackage(row)]));
  const pairs = await links
    .select(['inventory_id', 'package_id'])
    .orderBy('inventory_id')
    .orderBy('package_id')
    .execute();
  for (const { inventory_id, package_id } of pairs) {
    const one = packages.get(package_id);
    if (one !== undefined) addTo(found, inventory_id, one);
  }
  return found;
}

/** The operating system of a row; null where its files did not name one. */
export const systemOf = ({
  os_id: id,
  os_version: versionId,
  os_name: prettyName,
}: Pick<Selectable<InventoryTable>, 'os_id' | 'os_version' | 'os_name'>): OsRelease | null =>
  id === null || versionId === null || prettyName === null ? null : { id, versionId, prettyName };

const toStored = (row: Selectable<InventoryTable>, packages: PackageFacts[]): StoredInventory => ({
  key: row.key,
  manager: row.manager,
  operatingSystem: systemOf(row),
  packages,
  firstSeen: isoTime(row.first_seen),
  lastSeen: isoTime(row.last_seen),
});
