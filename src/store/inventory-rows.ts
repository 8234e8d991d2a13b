import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { InventoryReference, StoredInventory, StoredSurface } from '../ports/inventory.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import { read } from '../shared/reading.ts';
import { isoTime } from '../shared/time.ts';
import type {
  InstalledPackages,
  PackageFacts,
  PackageInventory,
} from '../snapshot/facts/packages.ts';
import { CHUNK_ROWS, inChunks, readInChunks } from './chunks.ts';
import type { InventoryTable } from './inventory-tables.ts';
import type { Tables } from './schema.ts';
import { stableJson } from './stable-json.ts';

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
  const key = createHash('sha256').update(stableJson(inventory)).digest('hex');
  keys.set(inventory, key);
  return key;
}

const installedIn = ({ surface }: ObservedContainer): InstalledPackages | null =>
  surface?.installed.state === 'read' ? surface.installed.value : null;

/**
 * Writes the inventories of the containers that are not stored yet, and when each was last seen. The
 * result tells what the row of each container says.
 */
export async function writeInventories(
  db: Kysely<Tables>,
  seenAt: number,
  containers: readonly ObservedContainer[],
): Promise<(container: ObservedContainer) => SurfaceColumns> {
  const inventories = new Map<string, PackageInventory>();
  for (const container of containers) {
    const inventory = installedIn(container)?.inventory;
    if (inventory) inventories.set(keyOf(inventory), inventory);
  }
  const ids = new Map<string, number>();
  await inChunks([...inventories.keys()], async (chunk) => {
    const rows = await db
      .updateTable('inventory')
      .set({ last_seen: seenAt })
      .where('key', 'in', chunk)
      .returning(['id', 'key'])
      .execute();
    for (const { id, key } of rows) ids.set(key, id);
  });
  for (const [key, inventory] of inventories) {
    if (!ids.has(key)) ids.set(key, await insertInventory(db, seenAt, key, inventory));
  }
  return (container) => columnsOf(container, ids);
}

function columnsOf(container: ObservedContainer, ids: ReadonlyMap<string, number>): SurfaceColumns {
  const { surface } = container;
  if (surface === null) return { inventoryId: null, surface: null };
  const { installed, ...rest } = surface;
  if (installed.state === 'unread') return { inventoryId: null, surface: { ...rest, installed } };
  const { inventory, isOwn } = installed.value;
  const reference: InventoryReference = {
    key: keyOf(inventory),
    manager: inventory.manager,
    operatingSystem: inventory.operatingSystem,
    packages: inventory.packages.length,
    isOwn,
  };
  return {
    inventoryId: ids.get(reference.key) ?? null,
    surface: { ...rest, installed: read(reference) },
  };
}

async function insertInventory(
  db: Kysely<Tables>,
  seenAt: number,
  key: string,
  { manager, operatingSystem, packages }: PackageInventory,
): Promise<number> {
  const { id } = await db
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
  await inChunks(packages, async (chunk) => {
    const columns = ['name', 'version', 'architecture', 'source_name', 'source_version'] as const;
    const rows = await db
      .insertInto('package')
      .values(chunk.map(toRow))
      // Changes nothing, but gives the ids of those that are known.
      .onConflict((conflict) =>
        conflict.columns(columns).doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })),
      )
      .returning('id')
      .execute();
    await db
      .insertInto('inventory_package')
      .values(rows.map((row) => ({ inventory_id: id, package_id: row.id })))
      .execute();
  });
  return id;
}

const toRow = (one: PackageFacts) => ({
  name: one.name,
  version: one.version,
  architecture: one.architecture,
  source_name: one.sourceName,
  source_version: one.sourceVersion,
});

/**
 * The inventories with these keys and their packages; with `software` only packages that have that
 * name or were built from it, and only inventories that have one.
 */
export async function readInventories(
  db: Kysely<Tables>,
  keys: readonly string[],
  software: string | undefined,
): Promise<StoredInventory[]> {
  const inventories: StoredInventory[] = [];
  await inChunks(keys, async (chunk) => {
    const rows = await db.selectFrom('inventory').selectAll().where('key', 'in', chunk).execute();
    for (const row of rows) {
      const packages = await readPackages(db, row.id, software);
      if (software !== undefined && packages.length === 0) continue;
      inventories.push(toStored(row, packages));
    }
  });
  return inventories;
}

async function readPackages(
  db: Kysely<Tables>,
  inventoryId: number,
  software: string | undefined,
): Promise<PackageFacts[]> {
  const rows = await readInChunks((after) =>
    db
      .selectFrom('inventory_package')
      .innerJoin('package', 'package.id', 'inventory_package.package_id')
      .selectAll('package')
      .where('inventory_id', '=', inventoryId)
      .$if(software !== undefined, (query) =>
        query.where((eb) =>
          eb.or([eb('name', '=', software ?? ''), eb('source_name', '=', software ?? '')]),
        ),
      )
      .where('package_id', '>', after)
      .orderBy('package_id')
      .limit(CHUNK_ROWS)
      .execute(),
  );
  return rows.map((row) => ({
    name: row.name,
    version: row.version,
    architecture: row.architecture,
    sourceName: row.source_name,
    sourceVersion: row.source_version,
  }));
}

function toStored(row: Selectable<InventoryTable>, packages: PackageFacts[]): StoredInventory {
  const { os_id: id, os_version: versionId, os_name: prettyName } = row;
  return {
    key: row.key,
    manager: row.manager,
    operatingSystem:
      id === null || versionId === null || prettyName === null
        ? null
        : { id, versionId, prettyName },
    packages,
    firstSeen: isoTime(row.first_seen),
    lastSeen: isoTime(row.last_seen),
  };
}
