import { type SqlBool, sql } from 'kysely';
import { knownAs } from '../exposure/programs.ts';
import type { PlacedAsked, PlacedExposure } from '../ports/exposed-store.ts';
import { addTo } from '../shared/add-to.ts';
import { inChunks, readInChunks } from './chunks.ts';
import { exposedFrom, isOfGeneration, readGeneration, toExposed } from './exposed-source.ts';
import { filesystemOf } from './joins.ts';
import { isOfRelease } from './match-holders.ts';
import type { Db } from './schema.ts';

/** See `ExposedStore.listPlaced`. */
export async function readPlaced(db: Db, asked: PlacedAsked): Promise<PlacedExposure[]> {
  const rows = await readRows(db, asked);
  // Mostly nothing is unknown, and a digest asks each time.
  if (rows.length === 0) return [];
  const inventories = await readInventoriesOf(db, asked);
  const filesystems = await readFilesystemsOf(db, asked);
  const ofPackages = await readHolders(db, 'inventory_package', packagesOf(rows), inventories);
  const components = rows.map((row) => row.component_id);
  const ofComponents = await readHolders(db, 'filesystem_component', components, filesystems);
  return rows.flatMap((row) => {
    const isComponent = row.component_id !== 0;
    const held = isComponent
      ? ofComponents.get(row.component_id)
      : ofPackages
          .get(row.package_id)
          ?.filter(({ osId, osVersion }) => osId === row.os_id && osVersion === row.os_version);
    const places = new Map<string, boolean>();
    for (const { hosts } of held ?? []) {
      for (const [host, isThere] of hosts) places.set(host, isThere || places.get(host) === true);
    }
    if (places.size === 0) return [];
    return [
      {
        ...toExposed(row, asked.isUnknown === true),
        ...(isComponent ? componentIn(row) : packageIn(row)),
        hosts: [...places].map(([host, isThere]) => ({ host, isThere })),
      },
    ];
  });
}

type Row = Awaited<ReturnType<typeof readRows>>[number];

const packagesOf = (rows: readonly Row[]): number[] =>
  rows.filter((row) => row.component_id === 0).map((row) => row.package_id);

const packageIn = (row: Row): Pick<PlacedExposure, 'package' | 'alsoNamed'> => ({
  package: {
    ...{ name: row.name ?? '', version: row.version ?? '', architecture: row.architecture ?? '' },
    ...{ sourceName: row.source_name ?? '', sourceVersion: row.source_version ?? '' },
  },
  alsoNamed: [],
});

function componentIn(row: Row): Pick<PlacedExposure, 'package' | 'alsoNamed'> {
  const { component_name: name, component_version: version, ecosystem } = row;
  const told = { name: name ?? '', version: version ?? '' };
  return {
    package: {
      ...{ ...told, architecture: '' },
      ...{ sourceName: told.name, sourceVersion: told.version },
    },
    alsoNamed: ecosystem === null ? knownAs(told.name).map((one) => one.name) : [],
  };
}

interface Held {
  osId: string | null;
  osVersion: string | null;
  /** By host: whether a container that has it is there. */
  hosts: Map<string, boolean>;
}

/** What the package managers of systems have in containers of these hosts, or had. */
const readInventoriesOf = (db: Db, asked: PlacedAsked): Promise<Map<number, Held>> =>
  heldOf(asked, async (hosts) => {
    const rows = await containersOf(db, hosts, asked)
      .innerJoin('inventory', 'inventory.id', 'container.inventory_id')
      .select(['inventory.id', 'manager', 'os_id', 'os_version', 'os_name'])
      .groupBy(['host.name', 'inventory.id', 'manager', 'os_id', 'os_version', 'os_name'])
      .execute();
    return rows
      .filter(isOfRelease)
      .map((row) => ({ ...row, osId: row.os_id, osVersion: row.os_version }));
  });

/** The file systems of their images that were read whole. */
const readFilesystemsOf = (db: Db, asked: PlacedAsked): Promise<Map<number, Held>> =>
  heldOf(asked, async (hosts) => {
    const rows = await containersOf(db, hosts, asked)
      .innerJoin('image_filesystem', filesystemOf('container'))
      .select('filesystem_id as id')
      .where('filesystem_id', 'is not', null)
      .groupBy(['host.name', 'filesystem_id'])
      .execute();
    return rows.map((row) => ({ ...row, id: row.id ?? 0, osId: null, osVersion: null }));
  });

const containersOf = (
  db: Db,
  hosts: readonly string[],
  { goneAfter }: Pick<PlacedAsked, 'goneAfter'>,
) =>
  db
    .selectFrom('container')
    .innerJoin('host', 'host.id', 'container.host_id')
    .select('host.name as host')
    .select(sql<number>`max(case when closed_at is null then 1 else 0 end)`.as('isThere'))
    .where('host.name', 'in', hosts)
    .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>=', goneAfter)]));

type HeldRow = Omit<Held, 'hosts'> & { host: string; id: number; isThere: number };

async function heldOf(
  { hosts }: Pick<PlacedAsked, 'hosts'>,
  readOf: (hosts: readonly string[]) => Promise<HeldRow[]>,
): Promise<Map<number, Held>> {
  const found = new Map<number, Held>();
  await inChunks(hosts, async (chunk) => {
    for (const { host, id, osId, osVersion, isThere } of await readOf(chunk)) {
      const known = found.get(id) ?? { osId, osVersion, hosts: new Map<string, boolean>() };
      known.hosts.set(host, Number(isThere) === 1);
      found.set(id, known);
    }
  });
  return found;
}

const unknownIn = (db: Db, generation: number) =>
  db
    .selectFrom(exposedFrom(true))
    .select('exposed.vulnerability')
    .where(isOfGeneration(generation));

async function readRows(db: Db, asked: PlacedAsked) {
  const { vulnerability, software, worth, changedSince, untoldIn, isUnknown = false } = asked;
  const generation = await readGeneration(db);
  const isTold = (event: string) => sql<SqlBool>`exists (select 1 from exposed_told
    where channel = ${untoldIn ?? ''} and exposed_told.vulnerability = exposed.vulnerability
    and event = ${event})`;
  const isProbable = sql<SqlBool>`exists (select 1 from exploit_prediction
    join feed on feed.id = exploit_prediction.feed_id
      and feed.generation = exploit_prediction.generation
    where cve = exposed.vulnerability and probability >= ${worth?.probability ?? 1})`;
  return readInChunks(
    db
      .selectFrom(exposedFrom(isUnknown))
      // One that is no longer in any inventory is in none of theirs.
      .leftJoin('package', 'package.id', 'exposed.package_id')
      .leftJoin('component', 'component.id', 'exposed.component_id')
      .select(['package.name', 'package.version', 'package.architecture'])
      .select(['package.source_name', 'package.source_version', 'component.ecosystem'])
      .select(['component.name as component_name', 'component.version as component_version'])
      .selectAll('exposed')
      .where(isOfGeneration(generation))
      .$if(asked.isAlsoUnknown === true, (query) =>
        query.where('vulnerability', 'in', unknownIn(db, generation)),
      )
      .$if(vulnerability !== undefined, (query) =>
        query.where('vulnerability', '=', vulnerability ?? ''),
      )
      .$if(software !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb('package.name', 'in', software ?? []),
            eb('package.source_name', 'in', software ?? []),
            eb('component.name', 'in', software ?? []),
          ]),
        ),
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
      ),
    { key: 'exposed.id' },
  );
}

/** Which inventories or file systems, of those that are asked about, have each package or component. */
async function readHolders(
  db: Db,
  table: 'inventory_package' | 'filesystem_component',
  keys: readonly number[],
  holders: ReadonlyMap<number, Held>,
): Promise<Map<number, Held[]>> {
  const isOfPackages = table === 'inventory_package';
  const [holder, holds] = isOfPackages
    ? (['inventory_id', 'package_id'] as const)
    : (['filesystem_id', 'component_id'] as const);
  const found = new Map<number, Held[]>();
  await inChunks([...new Set(keys)], async (chunk) => {
    const rows = await db
      .selectFrom(table)
      .select([
        sql.ref<number>(`${table}.${holder}`).as('holder'),
        sql.ref<number>(`${table}.${holds}`).as('key'),
      ])
      .where(sql.ref(`${table}.${holds}`), 'in', chunk)
      .execute();
    for (const { holder: id, key } of rows) {
      const held = holders.get(id);
      if (held !== undefined) addTo(found, key, held);
    }
  });
  return found;
}
