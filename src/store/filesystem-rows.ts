import { sql } from 'kysely';
import { ecosystemsOf } from '../exposure/programs.ts';
import type { FilesystemInventory } from '../inventory/filesystem-inventory.ts';
import type { FoundComponent, MatchedFilesystem } from '../ports/filesystem-store.ts';
import { compareText } from '../shared/text.ts';
import { gather, inChunks } from './chunks.ts';
import type { Db } from './schema.ts';
import { hashOf } from './stable-json.ts';

/** Places of one component that are kept: a package of npm may lie in hundreds. */
const PLACES_MAX = 20;
/** File systems that one statement looks through: each may have thousands of components. */
const FILESYSTEMS_AT_ONCE = 10;

/**
 * The key of a file system by its content, which is added where it is new. No engine can pass its own
 * off as that of another's image: which image has it is told by its host. Null for a new one that `isRoom` refuses, which
 * is asked with the number of its components.
 */
export async function keepFilesystem(
  db: Db,
  seenAt: number,
  found: FilesystemInventory,
  isRoom: (components: number) => boolean,
): Promise<number | null> {
  const key = hashOf(found);
  const known = await db
    .updateTable('filesystem')
    .set({ last_seen: seenAt })
    .where('key', '=', key)
    .returning('id')
    .executeTakeFirst();
  if (known !== undefined) return known.id;
  const components = componentsOf(found);
  if (!isRoom(components.length)) return null;
  const { id } = await db
    .insertInto('filesystem')
    .values({
      key,
      owned_by_system: found.ownedBySystem,
      cut: found.cut,
      unread_json: JSON.stringify(found.unread),
      components: components.length,
      first_seen: seenAt,
      last_seen: seenAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await inChunks(components, async (chunk) => {
    const ids = await keepComponents(db, chunk);
    const rows = chunk.map((one) => ({
      filesystem_id: id,
      component_id: ids.get(one.key) ?? 0,
      places_json: JSON.stringify(one.places),
      places: one.placeCount,
    }));
    await db.insertInto('filesystem_component').values(rows).execute();
  });
  return id;
}

type KeyedComponent = FoundComponent & { key: string };

/** Each once, with its places, in the order of keys. */
function componentsOf({ packages, programs }: FilesystemInventory): KeyedComponent[] {
  const found = new Map<string, KeyedComponent>();
  const add = (
    one: Omit<FoundComponent, 'places' | 'placeCount'>,
    path: string,
    evidence: string | null,
  ): void => {
    const key = hashOf(one);
    const known = found.get(key) ?? { ...one, key, places: [], placeCount: 0 };
    known.placeCount += 1;
    if (known.places.length < PLACES_MAX) known.places.push({ path, evidence });
    found.set(key, known);
  };
  for (const { path, ecosystem, name, version, purl, isMainModule = false } of packages) {
    add({ ecosystem, name, version, purl, isMainModule }, path, null);
  }
  for (const { path, evidence, name, version } of programs) {
    const purl = `pkg:generic/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
    add({ ecosystem: null, name, version, purl, isMainModule: false }, path, evidence);
  }
  return [...found.values()].sort((a, b) => compareText(a.key, b.key));
}

/** Ids by key; those that are not known are added. */
async function keepComponents(
  db: Db,
  components: readonly KeyedComponent[],
): Promise<Map<string, number>> {
  const keys = components.map(({ key }) => key);
  const known = await db
    .selectFrom('component')
    .select(['id', 'key'])
    .where('key', 'in', keys)
    .execute();
  const ids = new Map(known.map(({ id, key }) => [key, id]));
  const fresh = components.filter(({ key }) => !ids.has(key));
  if (fresh.length === 0) return ids;
  const added = await db
    .insertInto('component')
    .values(
      fresh.map(({ key, ecosystem, name, version, purl, isMainModule }) => ({
        ...{ key, ecosystem, name, version, purl },
        is_main_module: Number(isMainModule),
      })),
    )
    .returning(['id', 'key'])
    .execute();
  for (const { id, key } of added) ids.set(key, id);
  return ids;
}

/** See `FilesystemStore.readComponents`. */
export async function readComponents(
  db: Db,
  filesystemIds: readonly number[],
): Promise<Map<number, MatchedFilesystem>> {
  const found = await readFilesystems(db, filesystemIds);
  for (const [id, filesystem] of found) {
    const rows = await db
      .selectFrom('filesystem_component')
      .innerJoin('component', 'component.id', 'component_id')
      .select(['ecosystem', 'name', 'version', 'purl', 'is_main_module', 'places_json', 'places'])
      .where('filesystem_id', '=', id)
      .orderBy('component_id')
      .execute();
    for (const { is_main_module, places_json: places, places: placeCount, ...one } of rows) {
      const isMainModule = is_main_module === 1;
      filesystem.components.push({ ...one, isMainModule, places, placeCount });
    }
  }
  return found;
}

async function readFilesystems(
  db: Db,
  ids: readonly number[],
): Promise<Map<number, MatchedFilesystem>> {
  const found = await gather(ids, async (chunk) => {
    const rows = await db
      .selectFrom('filesystem')
      .select(['id', 'cut', 'unread_json'])
      .where('id', 'in', chunk)
      .execute();
    return rows.map(({ id, cut, unread_json: unread }) => ({ id, cut, unread, components: [] }));
  });
  return new Map(found.map((one) => [one.id, one]));
}

/** The name of a program, which says who knows it; of libraries, of which there are thousands, the ecosystem does. */
export const programOf = sql<
  string | null
>`case when component.ecosystem is null then component.name end`.as('program');

/** See `FilesystemStore.listEcosystems`. */
export async function listEcosystems(
  db: Db,
  filesystemIds: readonly number[],
): Promise<Map<number, string[]>> {
  const found = new Map<number, Set<string>>();
  const readSome = async (chunk: readonly number[]) => {
    const rows = await db
      .selectFrom('filesystem_component')
      .innerJoin('component', 'component.id', 'component_id')
      .select(['filesystem_id', 'ecosystem', programOf])
      .distinct()
      .where('filesystem_id', 'in', chunk)
      .execute();
    for (const { filesystem_id: id, ecosystem, program } of rows) {
      const known = found.get(id) ?? new Set();
      found.set(id, known);
      for (const one of ecosystemsOf(ecosystem, program)) known.add(one);
    }
  };
  await inChunks(filesystemIds, readSome, FILESYSTEMS_AT_ONCE);
  return new Map([...found].map(([id, ecosystems]) => [id, [...ecosystems]]));
}

/** See `FilesystemStore.findComponents`. */
export async function findComponents(
  db: Db,
  filesystemIds: readonly number[],
  names: readonly string[],
): Promise<Map<number, MatchedFilesystem>> {
  const found = await readFilesystems(db, filesystemIds);
  if (found.size === 0) return found;
  await inChunks(names, async (chunk) => {
    const components = await db
      .selectFrom('component')
      .selectAll()
      .where('name', 'in', chunk)
      .orderBy('id')
      .execute();
    for (const { id, ecosystem, name, version, purl, is_main_module } of components) {
      const component = { ecosystem, name, version, purl, isMainModule: is_main_module === 1 };
      const rows = await db
        .selectFrom('filesystem_component')
        .select(['filesystem_id', 'places_json', 'places'])
        .where('component_id', '=', id)
        .execute();
      for (const { filesystem_id, places_json: places, places: placeCount } of rows) {
        found.get(filesystem_id)?.components.push({ ...component, places, placeCount });
      }
    }
  });
  return found;
}
