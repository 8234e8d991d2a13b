import type { FilesystemInventory } from '../inventory/filesystem-inventory.ts';
import type { Reading } from '../shared/reading.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';

/** An image whose file system is to be read. */
export interface AskedFilesystem {
  imageId: string;
  /** A container of it in any state, through which it is read where none may be made; null for none. */
  containerId: string | null;
}

/** What a whole file system holds, and whose it is: a probe has that of its image alone. */
export interface ReadFilesystem {
  readFrom: 'probe' | 'container';
  inventory: FilesystemInventory;
}

export interface FilesystemReader {
  /**
   * Reads a whole file system, one of an engine at a time and each within a limit of time; what stands
   * beyond another limit is said in the value. Who asks for what is being read shares it. Where the host’s
   * level allows it a container of the image is made, which never runs and is removed. Rejects with `OutsideError`.
   */
  readFilesystem(host: string, asked: AskedFilesystem): Promise<ReadFilesystem>;
  /**
   * What the package manager of an image’s system installed, of a few named files, through a container that is
   * made of it, never runs and is removed; one of an engine at a time. Rejects with `OutsideError`, at the level `api` always.
   */
  readSystem(host: string, imageId: string): Promise<Reading<PackageInventory>>;
}
