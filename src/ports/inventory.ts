import type { Reading } from '../shared/reading.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';
import type { ContainerSurface } from '../surface/container-surface.ts';

/** What a container's row says of what it has installed; the packages are stored once. */
export interface InventoryReference extends Omit<PackageInventory, 'packages'> {
  /** Equal for equal content. */
  key: string;
  packages: number;
  /** True when the container changed its packages after it was created; see `InstalledPackages`. */
  isOwn: boolean | null;
}

/** The surface of a container, with its packages by reference. */
export interface StoredSurface extends Omit<ContainerSurface, 'installed'> {
  installed: Reading<InventoryReference>;
}

/** What was installed somewhere; it outlives containers and images. Times are ISO. */
export interface StoredInventory extends PackageInventory {
  key: string;
  firstSeen: string;
  lastSeen: string;
}
