import type { FilesystemInventory } from '../../src/inventory/filesystem-inventory.ts';
import { type FilesystemLimits, filesystemLimits } from '../../src/inventory/filesystem-limits.ts';
import { createFilesystemWalk } from '../../src/inventory/walk-filesystem.ts';
import { piecesOf, type TarPart } from '../support/tar-bytes.ts';

/** What is found in an archive that comes in pieces of so many bytes. */
export function inventoryOf(
  archive: Uint8Array,
  { pieceBytes = archive.length, limits = filesystemLimits as FilesystemLimits } = {},
): Promise<FilesystemInventory> {
  const starts = Array.from({ length: Math.ceil(archive.length / pieceBytes) }, (_, at) => at);
  const pieces = starts.map((at) => archive.subarray(at * pieceBytes, (at + 1) * pieceBytes));
  return inventoryOfPieces(pieces, limits);
}

async function inventoryOfPieces(
  pieces: readonly Uint8Array[],
  limits: FilesystemLimits,
): Promise<FilesystemInventory> {
  const walk = createFilesystemWalk(limits);
  for (const piece of pieces) {
    if (!(await walk.write(piece))) break;
  }
  return walk.end(null);
}

/** What is found in a file system of these files. */
export const inventoryIn = (...parts: readonly TarPart[]): Promise<FilesystemInventory> =>
  inventoryOfPieces(piecesOf(...parts), filesystemLimits);

/** Packages in short: `npm lodash 4.17.21 app/node_modules/lodash/package.json`. */
export const told = ({ packages }: FilesystemInventory): string[] =>
  packages.map(({ ecosystem, name, version, path }) =>
    [ecosystem, name, version ?? '-', path].join(' '),
  );
