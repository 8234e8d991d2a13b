import { UnreadableDatabase } from '../../inventory/unreadable-database.ts';
import { OutsideError } from '../../shared/errors.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import { osReleaseFormat } from '../archive/single-file.ts';
import type { OsRelease, PackageFacts, PackageInventory } from '../facts/packages.ts';
import { BelowMount, type ContainerFiles } from './container-files.ts';
import type { FoundDatabase } from './find-database.ts';
import { dpkgFolder, STATUS, STATUS_FOLDER, sortedPackages } from './package-formats.ts';

/** The first is what an administrator may change, the second what the distribution ships. */
export const OS_RELEASES = ['/etc/os-release', '/usr/lib/os-release'];

/**
 * Reads a database that was searched for. Unread where it is there and cannot be understood, which
 * another try would not change. Rejects with `OutsideError` where one might.
 */
export async function readInventory(
  files: ContainerFiles,
  { database, others }: FoundDatabase,
): Promise<Reading<PackageInventory>> {
  try {
    const operatingSystem = await readOperatingSystem(files);
    if (database === null) return read({ manager: null, operatingSystem, packages: [] });
    const { format, realPath } = database;
    const packages = await readDatabase(files, database);
    if (packages.state === 'unread') return packages;
    const beside = format.path === STATUS ? await readStatusFolder(files) : read([]);
    if (beside.state === 'unread') return beside;
    // Somebody emptied it, or another one counts, which nobody knows.
    if (packages.value.length + beside.value.length === 0)
      throw new UnreadableDatabase(`${realPath} lists no package that is installed`);
    for (const other of others) {
      const listed = await readDatabase(files, other);
      if (listed.state === 'read' && listed.value.length === 0) continue;
      throw new UnreadableDatabase(
        `it has packages of ${format.manager} in ${realPath} and of ${other.format.manager} in ${other.realPath}, which are not judged together`,
      );
    }
    // What dpkg installed again is in its own list, in the version of now.
    const names = new Set(packages.value.map(({ name }) => name));
    const more = beside.value.filter(({ name }) => !names.has(name));
    return read({
      ...{ manager: format.manager, operatingSystem },
      packages: more.length === 0 ? packages.value : sortedPackages([...packages.value, ...more]),
    });
  } catch (error) {
    if (!(error instanceof UnreadableDatabase)) throw error;
    return unread(error.message);
  }
}

async function readDatabase(
  files: ContainerFiles,
  { format, realPath, sizeBytes }: NonNullable<FoundDatabase['database']>,
): Promise<Reading<PackageFacts[]>> {
  if (format.archive === null) {
    throw new UnreadableDatabase(
      'the rpm database has the old Berkeley DB format, which Seawall does not read',
    );
  }
  if (sizeBytes > format.archive.bounds.bytes) {
    const megabytes = Math.ceil(sizeBytes / 1024 / 1024);
    throw new UnreadableDatabase(`${realPath} has ${megabytes} MB, more than Seawall reads`);
  }
  const journal = format.journal && (await files.stat(`${realPath}${format.journal}`));
  if (journal && journal.sizeBytes !== 0) {
    throw new UnreadableDatabase(
      `${realPath} has changes in a journal, which Seawall does not read`,
    );
  }
  const found = await files.read(realPath, format.archive);
  if (format.kind === 'file' && found.sizeBytes !== sizeBytes) {
    throw new OutsideError('engine-invalid-answer', `${realPath} changed while it was read`);
  }
  return found.packages;
}

/** Packages of the image that somebody installed others with dpkg into; none where it has no such folder. */
async function readStatusFolder(files: ContainerFiles): Promise<Reading<PackageFacts[]>> {
  const found = await files.follow(STATUS_FOLDER);
  if (found.state !== 'present' || found.stat.kind !== 'directory') return read([]);
  const { packages } = await files.read(found.realPath, dpkgFolder);
  return packages;
}

async function readOperatingSystem(files: ContainerFiles): Promise<OsRelease | null> {
  for (const path of OS_RELEASES) {
    try {
      const found = await files.follow(path);
      if (found.state !== 'present' || found.stat.kind !== 'file') continue;
      const read = await files.read(found.realPath, osReleaseFormat);
      if (read !== null) return read;
    } catch (error) {
      if (!(error instanceof BelowMount)) throw error;
    }
  }
  return null;
}
