import { type Kysely, type SqlBool, sql } from 'kysely';
import type { PlacedAsked, PlacedExposure } from '../ports/exposed-store.ts';
import { CHUNK_ROWS, inChunks, readInChunks } from './chunks.ts';
import { isOfGeneration, readGeneration, toExposed } from './exposed-match.ts';
import type { Tables } from './schema.ts';

/** See `ExposedStore.listPlaced`. */
export async function readPlaced(
  db: Kysely<Tables>,
  asked: PlacedAsked,
): Promise<PlacedExposure[]> {
  const inventories = await readInventoriesOf(db, asked);
  if (inventories.size === 0) return [];
  const rows = await readRows(db, asked);
  const holders = await readHolders(
    db,
    rows.map((row) => row.package_id),
    inventories,
  );
  return rows.flatMap((row) => {
    const places = new Map<string, boolean>();
    for (const { osId, osVersion, hosts } of holders.get(row.package_id) ?? []) {
      if (osId !== row.os_id || osVersion !== row.os_version) continue;
      for (const [host, isThere] of hosts) places.set(host, isThere || places.get(host) === true);
    }
    if (places.size === 0) return [];
    const { name, version, architecture } = row;
    return [
      {
        ...toExposed(row),
        package: {
          ...{ name, version, architecture },
          sourceName: row.source_name,
          sourceVersion: row.source_version,
        },
        hosts: [...places].map(([host, isThere]) => ({ host, isThere })),
      },
    ];
  });
}

interface HeldInventory {
  osId: string | null;
  osVersion: string | null;
  /** By host: whether a container that has it is there. */
  hosts: Map<string, boolean>;
}

/** What containers of these hosts have or had. */
async function readInventoriesOf(
  db: Kysely<Tables>,
  { hosts, goneAfter }: PlacedAsked,
): Promise<Map<number, HeldInventory>> {
  const found = new Map<number, HeldInventory>();
  await inChunks(hosts, async (chunk) => {
    const rows = await db
      .selectFrom('container')
      .innerJoin('host', 'host.id', 'container.host_id')
      .innerJoin('inventory', 'inventory.id', 'container.inventory_id')
      .select(['host.name as host', 'inventory.id', 'os_id as osId', 'os_version as osVersion'])
      .select(sql<number>`max(case when closed_at is null then 1 else 0 end)`.as('isThere'))
      .where('host.name', 'in', chunk)
      .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>=', goneAfter)]))
      .groupBy(['host.name', 'inventory.id', 'os_id', 'os_version'])
      .execute();
    for (const { host, id, osId, osVersion, isThere } of rows) {
      const known = found.get(id) ?? { osId, osVersion, hosts: new Map<string, boolean>() };
      known.hosts.set(host, Number(isThere) === 1);
      found.set(id, known);
    }
  });
  return found;
}

async function readRows(db: Kysely<Tables>, asked: PlacedAsked) {
  const { vulnerability, worth, changedSince, untoldIn } = asked;
  const generation = await readGeneration(db);
  const isTold = (event: string) => sql<SqlBool>`exists (select 1 from exposed_told
    where channel = ${untoldIn ?? ''} and exposed_told.vulnerability = exposed.vulnerability
    and event = ${event})`;
  const isProbable = sql<SqlBool>`exists (select 1 from exploit_prediction
    join feed on feed.id = exploit_prediction.feed_id
      and feed.generation = exploit_prediction.generation
    where cve = exposed.vulnerability and probability >= ${worth?.probability ?? 1})`;
  return readInChunks((after) =>
    db
      .selectFrom('exposed')
      .innerJoin('package', 'package.id', 'exposed.package_id')
      .selectAll('package')
      .selectAll('exposed')
      .where(isOfGeneration(generation))
      .where('exposed.id', '>', after)
      .$if(vulnerability !== undefined, (query) =>
        query.where('vulnerability', '=', vulnerability ?? ''),
      )
      .$if(worth !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb('is_exploited', '=', 1),
            eb('severity', '>=', worth?.severity ?? 1),
            isProbable,
          ]),
        ),
      )
      .$if(changedSince !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb('is_exploited', '=', 1),
            eb('exposed.first_seen', '>', changedSince ?? 0),
            eb('fixable_since', '>', changedSince ?? 0),
          ]),
        ),
      )
      .$if(untoldIn !== undefined, (query) =>
        query.where(
          sql<SqlBool>`not (${isTold('known')} and (is_exploited = 0 or ${isTold('exploited')})
            and (fixed is null or ${isTold('fix')}))`,
        ),
      )
      .orderBy('exposed.id')
      .limit(CHUNK_ROWS)
      .execute(),
  );
}

/** The inventories, of those that are asked about, that have each package. */
async function readHolders(
  db: Kysely<Tables>,
  packages: readonly number[],
  inventories: ReadonlyMap<number, HeldInventory>,
): Promise<Map<number, HeldInventory[]>> {
  const found = new Map<number, HeldInventory[]>();
  await inChunks([...new Set(packages)], async (chunk) => {
    const rows = await db
      .selectFrom('inventory_package')
      .selectAll()
      .where('package_id', 'in', chunk)
      .execute();
    for (const { inventory_id: id, package_id: packageId } of rows) {
      const held = inventories.get(id);
      if (held === undefined) continue;
      const known = found.get(packageId);
      if (known === undefined) found.set(packageId, [held]);
      else known.push(held);
    }
  });
  return found;
}
