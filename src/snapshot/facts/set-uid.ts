import type { Reading } from '../../shared/reading.ts';
import type { WithoutPackages } from './packages.ts';

/** Capabilities that a file gives to whoever starts it (capabilities(7), "File capabilities"). */
export interface FileCapabilities {
  /** Names with `CAP_`, in the kernel's order; one that has no name yet by number, e.g. `CAP_41`. */
  permitted: string[];
  inheritable: string[];
  /** Whether they are in force from the start, without the program's own doing. */
  isEffective: boolean;
  /** The root of the only user namespace they count in; null where they count in any. */
  rootUid: number | null;
}

/** A regular file that makes its process something that the one who starts it is not. */
export interface PrivilegedFile {
  path: string;
  /** POSIX permission bits with set-uid, set-gid and sticky: 0 to 0o7777. */
  mode: number;
  /** Owner as the container sees it. */
  uid: number;
  gid: number;
  /** Null for a file without any. */
  capabilities: FileCapabilities | null;
}

/** What was found in the directories of one image that hold programs. */
export interface SetUidFiles {
  /** Name of the container through which they were read; its own changes are left out. */
  container: string;
  /** Sorted by path; a file with several names is there under each. */
  files: PrivilegedFile[];
  /** Directories that were looked through, or are not there. */
  searched: string[];
  /** Directories of which a part was not seen. */
  unsearched: { path: string; reason: string }[];
}

/** What is known of images that are made of the same layers. */
export interface ImageSetUid {
  /** Hashes of the layers from the lowest, with a blank between two: the same files, whatever the name. */
  layers: string;
  imageIds: string[];
  /** ISO time of the scan that looked; null when none did yet. */
  readAt: string | null;
  files: Reading<SetUidFiles>;
  /** Of containers that were searched, or one of the image; left out where nothing is known. */
  withoutDatabase?: WithoutPackages[];
}
