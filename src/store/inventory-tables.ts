import type { GeneratedAlways } from 'kysely';
import type { PackageManager } from '../snapshot/facts/packages.ts';
import { bounded, HISTORY, type Life } from './life.ts';
import { trimContents } from './trim-contents.ts';

declare module './schema.ts' {
  interface Tables {
    inventory: InventoryTable;
    package: {
      id: GeneratedAlways<number>;
      name: string;
      version: string;
      architecture: string;
      source_name: string;
      source_version: string;
      built_by: string;
    };
    inventory_package: {
      inventory_id: number;
      package_id: number;
    };
  }
}

export interface InventoryTable {
  id: GeneratedAlways<number>;
  key: string;
  manager: PackageManager | null;
  os_id: string | null;
  os_version: string | null;
  os_name: string | null;
  packages: number;
  first_seen: number;
  last_seen: number;
}

export const inventoryLife: Life = {
  until: `${HISTORY} it was last seen, and no container is left that had it`,
  why: 'what was installed',
  trims: [trimContents({ holder: 'inventory', member: 'package', usedBy: ['container', 'image'] })],
};

export const packageLife: Life = bounded(
  'the last inventory with it is removed',
  'a package that many have stands there once',
);

export const inventoryPackageLife: Life = bounded(
  'its inventory is removed',
  'which package is in which inventory',
);
