import { type Reading, read } from '../../shared/reading.ts';
import type { PackageInventory, WithoutPackages } from '../facts/packages.ts';
import { type ContainerFiles, onUnseen } from './container-files.ts';
import { type FoundDatabase, lookAtKnown, NONE_FOUND, searchDatabase } from './find-database.ts';
import { inventoryBudget, type PackageMemory } from './package-memory.ts';
import { OS_RELEASES, readInventory } from './read-inventory.ts';

/** The inventory of a container, and what its database looks like from outside. */
interface ReadInventory {
  /** Null where the container was not looked at, because its image has no database. */
  found: FoundDatabase | null;
  inventory: Reading<PackageInventory>;
  /** What tells a later snapshot that there is nothing to be read; null where nothing does. */
  without: WithoutPackages | null;
}

/** So many of the same layers are waited for that cannot be read: each may take as long as an engine may. */
const AHEAD_MAX = 3;

/** What is read of a filesystem in which there is nothing to be read. */
const NOTHING: Reading<PackageInventory> = read({
  ...{ manager: null, operatingSystem: null, packages: [] },
});

/** For a snapshot of `takenAt`. */
export interface EarlierSearches {
  takenAt: string;
  of(layers: string): readonly WithoutPackages[];
}

/** A container that went ahead, and whether the image of its layers is known to have no database. */
interface Ahead {
  one: ReadInventory;
  hasImageNone(): Promise<boolean>;
}

/**
 * Reads the inventories of one engine's containers. Of those with equal `layers` one that can be read
 * goes ahead, so that the others know where to look. Where it finds no database and changed nothing on the
 * way to any, neither has the image, and the others are not looked at. Each state of a database is read once,
 * one at a time. `earlier` gives what earlier snapshots told of containers of layers without a database: while it is so
 * nothing is searched. Rejects as `searchDatabase` does.
 */
export function createInventoryReader(
  engine: string,
  memory: PackageMemory,
  earlier: EarlierSearches | null = null,
): (files: ContainerFiles, layers: string) => Promise<ReadInventory> {
  const ahead = new Map<string, Promise<Ahead | null>>();
  const reading = new Map<string, Promise<Reading<PackageInventory>>>();
  const budget = inventoryBudget();
  let last: Promise<unknown> = Promise.resolve();

  function readOnce(
    key: string,
    files: ContainerFiles,
    found: FoundDatabase,
  ): Promise<Reading<PackageInventory>> {
    const begun = reading.get(key);
    if (begun) return begun;
    const work = last.then(() => readInventory(files, found));
    const kept = work.then((inventory) => memory.keepInventory(key, inventory, budget));
    reading.set(key, kept);
    last = kept.catch(() => {});
    return kept;
  }

  async function findWithout(files: ContainerFiles, layers: string): Promise<ReadInventory | null> {
    if (earlier === null) return null;
    for (const without of earlier.of(layers)) {
      if (await isStillWithout(files, without, earlier.takenAt)) {
        return { found: NONE_FOUND, inventory: NOTHING, without };
      }
    }
    return null;
  }

  async function readOne(files: ContainerFiles, layers: string): Promise<ReadInventory> {
    const without = await findWithout(files, layers);
    if (without !== null) return without;
    const place = JSON.stringify([engine, layers]);
    const keyOf = ({ mark }: FoundDatabase) => JSON.stringify([place, mark]);
    const known = memory.places.get(place);
    const seen = known && (await lookAtKnown(files, known));
    const remembered = seen && memory.findInventory(keyOf(seen));
    if (remembered) return { found: seen, inventory: remembered, without: null };
    // What is read is searched for first: the way there may lead through a mount.
    const found = await searchDatabase(files);
    if (found.database) memory.places.set(place, found.database);
    const key = keyOf(found);
    const inventory = memory.findInventory(key) ?? (await readOnce(key, files, found));
    const isNothing = found.database === null && isOfNothing(inventory);
    const canTell = isNothing && earlier !== null;
    return {
      ...{ found, inventory },
      without: canTell ? await withoutDatabase(files, earlier.takenAt) : null,
    };
  }

  return async (files, layers) => {
    for (let tried = 1; ; tried += 1) {
      const begun = ahead.get(layers);
      if (begun === undefined) {
        const work = readOne(files, layers);
        ahead.set(
          layers,
          work.then((one) => goneAhead(files, one)).catch(() => null),
        );
        return work;
      }
      const first = await begun;
      if (first !== null) {
        // What is known of this one alone is cheaper than to ask whether its image has none.
        const own = first.one.without?.isOfImage ? null : await findWithout(files, layers);
        if (own !== null) return own;
        return (await first.hasImageNone()) ? ofImage(first.one) : readOne(files, layers);
      }
      if (tried === AHEAD_MAX) return readOne(files, layers);
      // By one that cannot be read nothing is known.
      if (ahead.get(layers) === begun) ahead.delete(layers);
    }
  };
}

/** What holds for every container of the image. */
const ofImage = (one: ReadInventory): ReadInventory => ({
  ...one,
  found: null,
  without: one.without && { ...one.without, isOfImage: true },
});

const isOfNothing = (inventory: Reading<PackageInventory>): boolean =>
  inventory.state === 'read' && inventory.value.operatingSystem === null;

function goneAhead(files: ContainerFiles, one: ReadInventory): Ahead {
  const { found } = one;
  const isNone = found?.database === null && one.inventory.state === 'read';
  let answer: Promise<boolean> | undefined;
  return {
    one,
    async hasImageNone() {
      if (!isNone) return false;
      if (one.without?.isOfImage) return true;
      answer ??= isAsImageWithout(files).catch(onUnseen(() => false));
      return answer;
    },
  };
}

/** Where it was known before, nobody has gone the ways yet. */
async function isAsImageWithout(files: ContainerFiles): Promise<boolean> {
  const { database, lookedAt } = await searchDatabase(files);
  return database === null && files.areAsInImage(lookedAt);
}

/** Of a filesystem that somebody made to be long to describe nothing is remembered. */
const LENGTH_MAX = 4_000;
/** What is put into a folder so shortly before may get the time that the folder has already. */
const SETTLED_MS = 10_000;
/** Times can be set back, as `tar` and `rsync` do: what does not change them is found after this time. */
const SEARCH_AGAIN_MS = 24 * 60 * 60 * 1000;

/**
 * What tells later that a container in which a scan of `takenAt` found no package database still has none, and no
 * `os-release`: the time of each folder that was looked into. Null where that cannot be told, as of a folder that
 * changed during the scan or shortly before.
 */
const withoutDatabase = (files: ContainerFiles, takenAt: string): Promise<WithoutPackages | null> =>
  describe(files, takenAt).catch(onUnseen(() => null));

async function describe(files: ContainerFiles, takenAt: string): Promise<WithoutPackages | null> {
  for (const path of OS_RELEASES) if ((await files.follow(path)).state !== 'absent') return null;
  const folders: WithoutPackages['folders'] = [];
  for (const path of new Set(files.lookedAt().map(parentOf))) {
    const modifiedAt = await timeOf(files, path);
    const isSettled = Date.parse(modifiedAt ?? '') < Date.parse(takenAt) - SETTLED_MS;
    if (modifiedAt === null || !isSettled) return null;
    folders.push([path, modifiedAt]);
  }
  if (JSON.stringify(folders).length > LENGTH_MAX) return null;
  return { containerId: files.id, folders, searchedAt: takenAt, isOfImage: false };
}

/**
 * Whether what `withoutDatabase` told of a container is so of this one, for a scan of `takenAt`: nothing appeared in
 * its folders that changed their times. After a day, and where nobody can look, that is not known, which is false.
 */
async function isStillWithout(
  files: ContainerFiles,
  { containerId, folders, searchedAt }: WithoutPackages,
  takenAt: string,
): Promise<boolean> {
  const ageMs = Date.parse(takenAt) - Date.parse(searchedAt);
  if (containerId !== files.id || !(ageMs >= 0 && ageMs < SEARCH_AGAIN_MS)) return false;
  const looking = Promise.all(folders.map(([path]) => timeOf(files, path)));
  const times = await looking.catch(onUnseen(() => []));
  return folders.every(([, modifiedAt], index) => times[index] === modifiedAt);
}

async function timeOf(files: ContainerFiles, path: string): Promise<string | null> {
  const stat = await files.stat(path);
  return stat?.kind === 'directory' ? stat.modifiedAt : null;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
