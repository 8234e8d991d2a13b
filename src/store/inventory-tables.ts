import type { GeneratedAlways } from 'kysely';
import type { PackageManager } from '../snapshot/facts/packages.ts';

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

interface PackageTable {
  id: GeneratedAlways<number>;
  name: string;
  version: string;
  architecture: string;
  source_name: string;
  source_version: string;
}

interface InventoryPackageTable {
  inventory_id: number;
  package_id: number;
}

export interface InventoryTables {
  inventory: InventoryTable;
  package: PackageTable;
  inventory_package: InventoryPackageTable;
}
