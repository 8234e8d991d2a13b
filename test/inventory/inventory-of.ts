import type { FilesystemInventory } from '../../src/inventory/filesystem-inventory.ts';
import { type FilesystemLimits, filesystemLimits } from '../../src/inventory/filesystem-limits.ts';
import { createFilesystemWalk } from '../../src/inventory/walk-filesystem.ts';
import { type TarPart, tarOf } from '../support/tar-bytes.ts';

/** What is found in an archive that comes in pieces of so many bytes. */
export async function inventoryOf(
  archive: Uint8Array,
  { pieceBytes = archive.length, limits = filesystemLimits as FilesystemLimits } = {},
): Promise<FilesystemInventory> {
  const walk = createFilesystemWalk(limits);
  for (let at = 0; at < archive.length; at += pieceBytes) {
    if (!(await walk.write(archive.subarray(at, at + pieceBytes)))) break;
  }
  return walk.end(null);
}

/** What is found in a file system of these files. */
export const inventoryIn = (...parts: readonly TarPart[]): Promise<FilesystemInventory> =>
  inventoryOf(tarOf(...parts));

/** Packages in short: `npm lodash 4.17.21 app/node_modules/lodash/package.json`. */
export const told = ({ packages }: FilesystemInventory): string[] =>
  packages.map(({ ecosystem, name, version, path }) =>
    [ecosystem, name, version ?? '-', path].join(' '),
  );
