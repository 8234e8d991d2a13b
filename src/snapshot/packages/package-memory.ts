import { type Reading, unread } from '../../shared/reading.ts';
import type { PackageFacts, PackageInventory } from '../facts/packages.ts';
import type { PackageFormat } from './package-formats.ts';

/** Where the database of an image's filesystem is. */
export interface KnownPlace {
  format: PackageFormat;
  realPath: string;
}

/**
 * What snapshots leave to the ones after them, so that each database is read once. All of it can be
 * read again, so when it is full everything is dropped.
 */
export interface PackageMemory {
  /** By engine and layers. */
  readonly places: Map<string, KnownPlace>;
  findInventory(key: string): Reading<PackageInventory> | undefined;
  /**
   * Gives what it keeps: equal packages of different filesystems are one object. Those that it did not
   * know are taken from the budget of their host; beyond it the inventory is unread.
   */
  keepInventory(
    key: string,
    found: Reading<PackageInventory>,
    budget: InventoryBudget,
  ): Reading<PackageInventory>;
}

/** What the packages of one host may add in one snapshot. */
export interface InventoryBudget {
  characters: number;
}

/** Room for 60,000 packages that no other host has. */
export const inventoryBudget = (): InventoryBudget => ({ characters: 12_000_000 });

/** Packages that differ, some 300 bytes each; a fleet of a few distributions has a tenth. */
const DISTINCT_MAX = 60_000;
/** All texts of them. */
const CHARACTERS_MAX = 24_000_000;
/** Entries of all inventories together, 8 bytes each. */
const ENTRIES_MAX = 2_000_000;

const TOO_MANY = 'the containers of this host list more packages than Seawall keeps of one host';

const keyOf = (one: PackageFacts): string => JSON.stringify(Object.values(one));

export function createPackageMemory(): PackageMemory {
  const places = new Map<string, KnownPlace>();
  const inventories = new Map<string, Reading<PackageInventory>>();
  const distinct = new Map<string, PackageFacts>();
  let entries = 0;
  let characters = 0;

  const shared = (one: PackageFacts): PackageFacts => {
    const key = keyOf(one);
    const known = distinct.get(key);
    if (known) return known;
    // Cut out of the text of the database, its names would keep all of that text in memory.
    const copy = JSON.parse(JSON.stringify(one)) as PackageFacts;
    distinct.set(key, copy);
    return copy;
  };

  return {
    places,
    findInventory: (key) => inventories.get(key),
    keepInventory(key, found, budget) {
      const isFull = distinct.size > DISTINCT_MAX || characters > CHARACTERS_MAX;
      if (isFull || entries > ENTRIES_MAX) {
        for (const map of [places, inventories, distinct]) map.clear();
        entries = 0;
        characters = 0;
      }
      if (found.state === 'read') {
        const fresh = found.value.packages.map(keyOf).filter((one) => !distinct.has(one));
        const added = fresh.reduce((sum, one) => sum + one.length, 0);
        if (added > budget.characters) return unread(TOO_MANY);
        budget.characters -= added;
        characters += added;
      }
      const kept: Reading<PackageInventory> =
        found.state === 'unread'
          ? found
          : { ...found, value: { ...found.value, packages: found.value.packages.map(shared) } };
      // Whatever it holds, an inventory costs something.
      entries += 100 + (kept.state === 'read' ? kept.value.packages.length : 0);
      inventories.set(key, kept);
      return kept;
    },
  };
}
