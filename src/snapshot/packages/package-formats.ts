import type { ArchivedFile } from '../archived-file.ts';
import type { PackageFacts, PackageManager } from '../facts/packages.ts';
import { readNdbBlobs, readRpmHeader } from './rpm.ts';
import { readSqliteTable } from './sqlite-table.ts';
import { readApk, readDpkg } from './text-databases.ts';
import { PACKAGES_MAX, UnreadableDatabase } from './unreadable-database.ts';

/** One way to keep a package database, and where. */
export interface PackageFormat {
  manager: PackageManager;
  path: string;
  kind: 'file' | 'directory';
  bytesMax: number;
  /** A file beside it with changes that are not in it yet, by its ending; null for none. */
  journal: string | null;
  /** Throws `UnreadableDatabase`. */
  read(files: readonly ArchivedFile[]): PackageFacts[];
}

const MEGABYTE = 1024 * 1024;
/** A desktop’s has 6 MB. */
const TEXT_BYTES_MAX = 16 * MEGABYTE;
/** Of a large server image 40 MB. */
const RPM_BYTES_MAX = 64 * MEGABYTE;

const textOf = ({ bytes }: ArchivedFile): string => new TextDecoder().decode(bytes);
const oneFile = <T>(files: readonly ArchivedFile[], read: (file: ArchivedFile) => T): T => {
  const [file] = files;
  if (file === undefined) throw new UnreadableDatabase('the package database is no regular file');
  return read(file);
};

const asFile = { kind: 'file', journal: null } as const;
const dpkg = { manager: 'dpkg', bytesMax: TEXT_BYTES_MAX } as const;
const apk = {
  ...asFile,
  manager: 'apk',
  bytesMax: TEXT_BYTES_MAX,
  read: (files: readonly ArchivedFile[]) => oneFile(files, (file) => readApk(textOf(file))),
} as const;

const rpmBlobs = (read: (bytes: Uint8Array) => readonly Uint8Array[]) => {
  return (files: readonly ArchivedFile[]): PackageFacts[] =>
    oneFile(files, ({ bytes }) => read(bytes).flatMap((blob) => readRpmHeader(blob) ?? []));
};
const rpm = { ...asFile, manager: 'rpm', bytesMax: RPM_BYTES_MAX } as const;
const rpmFormats = [
  {
    name: 'rpmdb.sqlite',
    journal: '-wal',
    read: rpmBlobs((bytes) =>
      readSqliteTable(bytes, 'Packages').map(([, blob]) => {
        if (blob instanceof Uint8Array) return blob;
        throw new UnreadableDatabase('the rpm database holds an entry that is no package');
      }),
    ),
  },
  { name: 'Packages.db', journal: null, read: rpmBlobs(readNdbBlobs) },
  {
    name: 'Packages',
    journal: null,
    read: (): PackageFacts[] => {
      throw new UnreadableDatabase(
        'the rpm database has the old Berkeley DB format, which Seawall does not read',
      );
    },
  },
];

/** Every format that is looked for, in this order. */
export const packageFormats: readonly PackageFormat[] = [
  {
    ...dpkg,
    ...asFile,
    path: '/var/lib/dpkg/status',
    read: (files) => oneFile(files, (file) => readDpkg(textOf(file))),
  },
  {
    ...dpkg,
    // Distroless images: a file for each package, and one with the checksums of its files.
    path: '/var/lib/dpkg/status.d',
    kind: 'directory',
    journal: null,
    read: (files) =>
      files
        .filter(({ name }) => !name.endsWith('.md5sums'))
        .flatMap((file) => readDpkg(textOf(file))),
  },
  { ...apk, path: '/lib/apk/db/installed' },
  { ...apk, path: '/usr/lib/apk/db/installed' },
  ...rpmFormats.flatMap(({ name, ...format }) =>
    ['/var/lib/rpm', '/usr/lib/sysimage/rpm'].map((folder) => ({
      ...rpm,
      ...format,
      path: `${folder}/${name}`,
    })),
  ),
];

/** Packages of a database in the order of inventories. Throws `UnreadableDatabase`. */
export function readPackages(
  format: PackageFormat,
  files: readonly ArchivedFile[],
): PackageFacts[] {
  const packages = format.read(files);
  if (packages.length > PACKAGES_MAX) {
    throw new UnreadableDatabase(`the package database lists more than ${PACKAGES_MAX} packages`);
  }
  const unique = new Map(packages.map((one) => [orderOf(one), one]));
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, one]) => one);
}

const orderOf = (one: PackageFacts): string =>
  [one.name, one.version, one.architecture, one.sourceName, one.sourceVersion].join(' ');
