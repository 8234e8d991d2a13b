import type { Reading } from '../../shared/reading.ts';
import type { PackageInventory } from '../facts/packages.ts';
import type { ContainerFiles } from './container-files.ts';
import { type FoundDatabase, lookAtKnown, searchDatabase } from './find-database.ts';
import { inventoryBudget, type PackageMemory } from './package-memory.ts';
import { readInventory } from './read-inventory.ts';

/** The inventory of a container, and what its database looks like from outside. */
export interface ReadInventory {
  /** Null where the container was not looked at, because its image has no database. */
  found: FoundDatabase | null;
  inventory: Reading<PackageInventory>;
}

/** A container that went ahead, and whether the image of its layers is known to have no database. */
interface Ahead {
  one: ReadInventory;
  hasImageNone(): Promise<boolean>;
}

/**
 * Reads the inventories of one engine's containers. Of those with equal `layers` one goes ahead, so
 * that the others know where to look. Where it finds no database and changed nothing on the way to
 * any, neither has the image, and the others are not looked at. Each state of a database is read once,
 * one at a time. Rejects as `searchDatabase` does.
 */
export function createInventoryReader(
  engine: string,
  memory: PackageMemory,
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

  async function readOne(files: ContainerFiles, layers: string): Promise<ReadInventory> {
    const place = JSON.stringify([engine, layers]);
    const keyOf = ({ mark }: FoundDatabase) => JSON.stringify([place, mark]);
    const known = memory.places.get(place);
    const seen = known && (await lookAtKnown(files, known));
    const remembered = seen && memory.findInventory(keyOf(seen));
    if (remembered) return { found: seen, inventory: remembered };
    // What is read is searched for first: the way there may lead through a mount.
    const found = await searchDatabase(files);
    if (found.database) memory.places.set(place, found.database);
    const key = keyOf(found);
    const inventory = memory.findInventory(key) ?? (await readOnce(key, files, found));
    return { found, inventory };
  }

  return async (files, layers) => {
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
    if (first && (await first.hasImageNone())) return { ...first.one, found: null };
    return readOne(files, layers);
  };
}

function goneAhead(files: ContainerFiles, one: ReadInventory): Ahead {
  const { found } = one;
  const isNone = found?.database === null && one.inventory.state === 'read';
  let answer: Promise<boolean> | undefined;
  return {
    one,
    async hasImageNone() {
      if (!isNone) return false;
      answer ??= files.areAsInImage(found.lookedAt);
      return answer;
    },
  };
}
