/** What the reading of one file system may take; beyond it the inventory says what was cut. */
export interface FilesystemLimits {
  /** Of the archive. */
  bytes: number;
  /** Headers in it. */
  entries: number;
  /** From the first byte to the last. */
  timeMs: number;
  /** Packages and programs. */
  found: number;
  /** Files that could not be read. */
  unread: number;
}

const MEGABYTE = 1024 * 1024;

/** A large image of a desktop has 10 GB and a million files, one of a web application 3,000 packages. */
export const filesystemLimits: FilesystemLimits = {
  bytes: 4096 * MEGABYTE,
  entries: 2_000_000,
  timeMs: 300_000,
  found: 50_000,
  unread: 1_000,
};

/** The largest file that is held whole: archives of Java applications have up to 100 MB. */
export const HELD_BYTES_MAX = 128 * MEGABYTE;
/** Of a text in which a package manager keeps what it installed. */
export const TEXT_BYTES_MAX = 4 * MEGABYTE;
