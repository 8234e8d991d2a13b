const MEGABYTE = 1024 * 1024;

/**
 * What the reading of one file system may take; beyond it the inventory says what was cut. A large image of a
 * desktop has 10 GB and a million files, one of a web application 3,000 packages.
 */
export const filesystemLimits = {
  /** Of the archive. */
  bytes: 4096 * MEGABYTE,
  /** Headers in it. */
  entries: 2_000_000,
  /** From the first byte to the last. */
  timeMs: 300_000,
  /** Packages and programs. */
  found: 50_000,
  /** Files that could not be read. */
  unread: 1_000,
};

export type FilesystemLimits = typeof filesystemLimits;

/** The largest file that is held whole: archives of Java applications have up to 100 MB. */
export const HELD_BYTES_MAX = 128 * MEGABYTE;
/** Of a text in which a package manager keeps what it installed. */
export const TEXT_BYTES_MAX = 4 * MEGABYTE;
