import { readNdbBlobs } from '../../inventory/ndb-blobs.ts';
import { DEPTH_MAX, readSqliteTable } from '../../inventory/sqlite-table.ts';
import {
  PACKAGES_MAX,
  TEXT_MAX,
  tooManyPackages,
  UnreadableDatabase,
} from '../../inventory/unreadable-database.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import { scanWholeTar } from '../../shared/scan-tar.ts';
import { tooLarge } from '../../shared/tar-header.ts';
import type { PackageFacts, PackageManager } from '../facts/packages.ts';
import type { ArchiveFormat, FormatBounds } from '../foreign-format.ts';
import { readRpmHeader } from './rpm.ts';
import { readApk, readDpkg } from './text-databases.ts';

/** What a package database holds, and how long its file is. */
export interface ReadDatabase {
  /** Of the first regular file; null without one. */
  sizeBytes: number | null;
  /** In the order of inventories. */
  packages: Reading<PackageFacts[]>;
}

/** One way to keep a package database, and where. */
export interface PackageFormat {
  manager: PackageManager;
  path: string;
  kind: 'file' | 'directory';
  /** A file beside it with changes that are not in it yet, by its ending; null for none. */
  journal: string | null;
  /** Null for one that Seawall does not read. */
  archive: ArchiveFormat<ReadDatabase> | null;
}

interface ArchivedFile {
  /** Path within the archive. */
  name: string;
  bytes: Uint8Array;
}

const MEGABYTE = 1024 * 1024;
/** Of packages; those of a desktop, which has 4,000, take 0.6 MB. */
const OUTPUT_BYTES_MAX = 4 * MEGABYTE;
const bounds = { textBytes: TEXT_MAX, outputBytes: OUTPUT_BYTES_MAX } as const;
/** A desktop’s has 6 MB. */
const ofText: FormatBounds = { ...bounds, bytes: 16 * MEGABYTE, entries: PACKAGES_MAX, nesting: 1 };
/** Of a large server image 40 MB. All of it is held while it is read. */
const ofRpm: FormatBounds = { ...bounds, bytes: 40 * MEGABYTE, entries: PACKAGES_MAX, nesting: 1 };

/** Of a distroless image, which has some dozen packages. */
const ofFolder: FormatBounds = { ...ofText, bytes: 4 * MEGABYTE };

type ReadFiles = (files: readonly ArchivedFile[]) => Iterable<PackageFacts>;

function databaseFormat(
  { name, about }: { name: string; about: string },
  limits: FormatBounds,
  read: ReadFiles,
): ArchiveFormat<ReadDatabase> {
  return {
    name,
    about,
    bounds: limits,
    parse({ archive, what }) {
      const files: ArchivedFile[] = [];
      let left = limits.bytes;
      scanWholeTar(archive, {
        what,
        headersMax: PACKAGES_MAX,
        visit({ kind, name: path }, bytes) {
          left -= bytes.length;
          if (left < 0) throw tooLarge(what, limits.bytes);
          if (kind === 'file') files.push({ name: path, bytes });
          return false;
        },
      });
      return { sizeBytes: files[0]?.bytes.length ?? null, packages: packagesIn(files, read) };
    },
  };
}

function packagesIn(files: readonly ArchivedFile[], readAll: ReadFiles): Reading<PackageFacts[]> {
  try {
    return read(sortedPackages(readAll(files)));
  } catch (error) {
    if (!(error instanceof UnreadableDatabase)) throw error;
    return unread(error.message);
  }
}

/** Each package once, in the order of inventories. Throws `UnreadableDatabase` for too many. */
export function sortedPackages(packages: Iterable<PackageFacts>): PackageFacts[] {
  const unique = new Map<string, PackageFacts>();
  let left = OUTPUT_BYTES_MAX;
  for (const one of packages) {
    const key = orderOf(one);
    left -= key.length;
    unique.set(key, one);
    if (unique.size > PACKAGES_MAX || left < 0) throw tooManyPackages();
  }
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, one]) => one);
}

const orderOf = (one: PackageFacts): string =>
  [one.name, one.version, one.architecture, one.sourceName, one.sourceVersion].join(' ');

function oneFile(files: readonly ArchivedFile[]): Uint8Array {
  const [file] = files;
  if (file === undefined) throw new UnreadableDatabase('the package database is no regular file');
  return file.bytes;
}

const dpkgStatus = databaseFormat(
  { name: 'dpkg', about: 'the database of dpkg' },
  ofText,
  (files) => readDpkg(oneFile(files)),
);
/** Distroless images: a file for each package, and one with the checksums of its files. */
export const dpkgFolder = databaseFormat(
  { name: 'dpkg-folder', about: 'files of dpkg in a distroless image' },
  ofFolder,
  function* (files) {
    for (const { name, bytes } of files) if (!name.endsWith('.md5sums')) yield* readDpkg(bytes);
  },
);
const apkInstalled = databaseFormat(
  { name: 'apk', about: 'the database of apk' },
  ofText,
  (files) => readApk(oneFile(files)),
);
const rpmSqlite = databaseFormat(
  { name: 'rpm-sqlite', about: 'the database of rpm in SQLite' },
  { ...ofRpm, nesting: DEPTH_MAX },
  function* (files) {
    for (const [, blob] of readSqliteTable(oneFile(files), 'Packages')) {
      if (!(blob instanceof Uint8Array)) {
        throw new UnreadableDatabase('the rpm database holds an entry that is no package');
      }
      const found = readRpmHeader(blob);
      if (found !== null) yield found;
    }
  },
);
const rpmNdb = databaseFormat(
  { name: 'rpm-ndb', about: 'the database of rpm in its own format' },
  ofRpm,
  function* (files) {
    for (const blob of readNdbBlobs(oneFile(files))) {
      const found = readRpmHeader(blob);
      if (found !== null) yield found;
    }
  },
);

/** Where an image without a shell keeps its packages. One that was made of it with dpkg has a list beside it. */
export const STATUS_FOLDER = '/var/lib/dpkg/status.d';
export const STATUS = '/var/lib/dpkg/status';

export const databaseFormats = [dpkgStatus, dpkgFolder, apkInstalled, rpmSqlite, rpmNdb] as const;

const asFile = { kind: 'file', journal: null } as const;
const rpmFormats = [
  { name: 'rpmdb.sqlite', journal: '-wal', archive: rpmSqlite },
  { name: 'Packages.db', journal: null, archive: rpmNdb },
  // The old Berkeley DB format.
  { name: 'Packages', journal: null, archive: null },
];

/** Every format that is looked for, in this order. */
export const packageFormats: readonly PackageFormat[] = [
  { ...asFile, manager: 'dpkg', path: STATUS, archive: dpkgStatus },
  {
    manager: 'dpkg',
    path: STATUS_FOLDER,
    kind: 'directory',
    journal: null,
    archive: dpkgFolder,
  },
  { ...asFile, manager: 'apk', path: '/lib/apk/db/installed', archive: apkInstalled },
  { ...asFile, manager: 'apk', path: '/usr/lib/apk/db/installed', archive: apkInstalled },
  ...rpmFormats.flatMap(({ name, ...format }) =>
    ['/var/lib/rpm', '/usr/lib/sysimage/rpm'].map((folder) => ({
      ...format,
      manager: 'rpm' as const,
      kind: 'file' as const,
      path: `${folder}/${name}`,
    })),
  ),
];
