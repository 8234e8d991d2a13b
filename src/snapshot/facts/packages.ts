import type { OfContainer } from './per-container.ts';

export const packageManagers = ['dpkg', 'apk', 'rpm'] as const;
export type PackageManager = (typeof packageManagers)[number];

/** One installed package of an operating system, in the words of its package manager. */
export interface PackageFacts {
  name: string;
  /** As the manager's own query prints it, e.g. `1:2.3-4`; with the epoch where there is one. */
  version: string;
  /** Empty where the database names none. */
  architecture: string;
  /** What it was built from: the source package of deb and rpm, the origin of apk. */
  sourceName: string;
  sourceVersion: string;
  /** Who built it where that is not the distribution, e.g. `NodeSource`; left out for the distribution, and where nobody knows. */
  builtBy?: string;
}

/** What `os-release` says; each is empty where it says nothing of it. */
export interface OsRelease {
  /** E.g. `debian`. */
  id: string;
  /** E.g. `13`. */
  versionId: string;
  /** E.g. `Debian GNU/Linux 13 (trixie)`. */
  prettyName: string;
}

/** What one filesystem has installed. Snapshots share it, so nobody changes it. */
export interface PackageInventory {
  /** Null: it has no database of a manager that we know, which is not "no packages". */
  manager: PackageManager | null;
  /** Null where there is no `os-release`. */
  operatingSystem: OsRelease | null;
  /** By name, version and architecture. */
  packages: readonly PackageFacts[];
}

/** What is installed in a container's own filesystem, which is not the image's in every case. */
export interface InstalledPackages {
  inventory: PackageInventory;
  /**
   * True when the database was written after the container was created. Null where the container was
   * not looked at: its image has no database, and of one that it made itself nothing is known.
   */
  isOwn: boolean | null;
  /** Where there is nothing to be read: what tells a later scan so. Left out where nothing does. */
  without?: { layers: string; known: WithoutPackages };
}

/** A filesystem in which there is neither a database of packages nor `os-release`. */
export interface WithoutPackages {
  /** The container that was searched, which is never used twice. */
  containerId: string;
  /** Where it was looked for them, and when something there was made, renamed or removed for the last time. */
  folders: [path: string, modifiedAt: string][];
  /** ISO time of the scan that searched. */
  searchedAt: string;
  /** Whether the image has none either, which is then known of all containers of its layers. */
  isOfImage: boolean;
}

export type ContainerPackages = OfContainer<InstalledPackages>;
