import { OutsideError } from '../../shared/errors.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import { clamp } from '../../shared/text.ts';
import type { OsRelease, PackageInventory } from '../facts/packages.ts';
import { BelowMount, type ContainerFiles } from './container-files.ts';
import type { FoundDatabase } from './find-database.ts';
import { readPackages } from './package-formats.ts';
import { UnreadableDatabase } from './unreadable-database.ts';

const OS_RELEASE_BYTES_MAX = 64 * 1024;
/** The first is what an administrator may change, the second what the distribution ships. */
const OS_RELEASES = ['/etc/os-release', '/usr/lib/os-release'];

/**
 * Reads a database that was searched for. Unread where it is there and cannot be understood, which
 * another try would not change. Rejects with `OutsideError` where one might.
 */
export async function readInventory(
  files: ContainerFiles,
  { database }: FoundDatabase,
): Promise<Reading<PackageInventory>> {
  try {
    const operatingSystem = await readOperatingSystem(files);
    if (database === null) return read({ manager: null, operatingSystem, packages: [] });
    const { format, realPath, sizeBytes } = database;
    if (sizeBytes > format.bytesMax) {
      const megabytes = Math.ceil(sizeBytes / 1024 / 1024);
      throw new UnreadableDatabase(`${realPath} has ${megabytes} MB, more than Seawall reads`);
    }
    const journal = format.journal && (await files.stat(`${realPath}${format.journal}`));
    if (journal && journal.sizeBytes !== 0) {
      throw new UnreadableDatabase(
        `${realPath} has changes in a journal, which Seawall does not read`,
      );
    }
    const archived = await files.read(realPath, format.bytesMax);
    if (format.kind === 'file' && archived[0]?.bytes.length !== sizeBytes) {
      throw new OutsideError('engine-invalid-answer', `${realPath} changed while it was read`);
    }
    const packages = readPackages(format, archived);
    return read({ manager: format.manager, operatingSystem, packages });
  } catch (error) {
    if (!(error instanceof UnreadableDatabase)) throw error;
    return unread(error.message);
  }
}

async function readOperatingSystem(files: ContainerFiles): Promise<OsRelease | null> {
  for (const path of OS_RELEASES) {
    try {
      const found = await files.follow(path);
      if (found.state !== 'present' || found.stat.kind !== 'file') continue;
      const [file] = await files.read(found.realPath, OS_RELEASE_BYTES_MAX);
      if (file) return readOsRelease(new TextDecoder().decode(file.bytes));
    } catch (error) {
      if (!(error instanceof BelowMount)) throw error;
    }
  }
  return null;
}

const LINE = /^\s*([A-Z_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^"'\s]*))\s*$/;
const TEXT_MAX = 100;

/** What an `os-release` file says (man os-release: shell assignments, quoted or not). */
export function readOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, double, single, bare] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    values.set(name, double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '');
  }
  const value = (name: string) => clamp(values.get(name) ?? '', TEXT_MAX);
  return { id: value('ID'), versionId: value('VERSION_ID'), prettyName: value('PRETTY_NAME') };
}
