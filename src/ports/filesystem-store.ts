import type { Component } from '../exposure/installed.ts';
import type { FilesystemInventory, UnreadFile } from '../inventory/filesystem-inventory.ts';
import type { Reading } from '../shared/reading.ts';

/**
 * Which reader of file systems this is. A change of what `src/inventory` finds raises the number, and what an earlier one
 * read is read again.
 */
export const FILESYSTEM_READER = 5;

/** An image that a scan saw, by what its file system is made of. */
export interface SeenImage {
  id: string;
  name: string;
  /** See `ImageSetUid`: equal for images of the same files. */
  layers: string;
}

/** What came of reading a whole file system. */
export interface FilesystemReading {
  /** ISO time of the try. */
  triedAt: string;
  /** A container has changes of its own in it, a probe none; null where nothing was read. */
  readFrom: 'probe' | 'container' | null;
  inventory: Reading<FilesystemInventory>;
}

/** What is known of an image of a host. Times are ISO. */
export interface ImageFilesystem extends Pick<SeenImage, 'id' | 'name'> {
  host: string;
  /** Equal for images of the same layers. */
  layersKey: string;
  /** Null where it was never read. */
  filesystemId: number | null;
  /** Of what the package manager of its system installed, as it was made; null where nobody knows. */
  inventoryId: number | null;
  readFrom: FilesystemReading['readFrom'];
  /** True where a reader of an older version read it, which may have missed what this one finds. */
  isOutdated: boolean;
  /** Of the last try; null before the first. */
  triedAt: string | null;
  /** Why the last try read nothing; null where it did, and before the first. */
  reason: string | null;
  firstSeen: string;
  lastSeen: string;
  /** False where a later scan of the host no longer saw it. */
  isThere: boolean;
}

/** One place of a component in a file system. */
export interface ComponentPlace {
  /** See `LanguagePackage`. */
  path: string;
  /** The text that a program was told by; null for a package. */
  evidence: string | null;
}

/** A package of a language, or a program that no package manager installed. */
export interface FoundComponent extends Component {
  /** The first of them. */
  places: ComponentPlace[];
  /** How many there are. */
  placeCount: number;
}

/** What one file system has of what was asked for. */
export interface MatchedFilesystem {
  id: number;
  cut: string | null;
  unread: UnreadFile[];
  components: FoundComponent[];
}

/** What whole file systems hold. */
export interface FilesystemStore {
  /**
   * Notes the images that a scan saw on a host, and tells what is known of each. One of layers that the
   * host had before has what was read of these. What did not change is noted as seen once an hour.
   */
  seeImages(host: string, seenAt: string, images: readonly SeenImage[]): Promise<ImageFilesystem[]>;
  /**
   * Keeps what came of reading; a try that failed takes nothing away that an earlier one found. Why nothing of it is kept;
   * null where it is.
   */
  save(host: string, layersKey: string, reading: FilesystemReading): Promise<string | null>;
  /** Every image of these hosts that is remembered, in order of host and name. */
  listImages(hosts: readonly string[]): Promise<ImageFilesystem[]>;
  /** File systems by key, each with all that it holds. */
  readComponents(filesystemIds: readonly number[]): Promise<Map<number, MatchedFilesystem>>;
  /** Of what these file systems hold something: ecosystems of languages as OSV writes them, and those that know its programs. */
  listEcosystems(filesystemIds: readonly number[]): Promise<Map<number, string[]>>;
  /** File systems by key, each with its components of these names; one without any is among them. */
  findComponents(
    filesystemIds: readonly number[],
    names: readonly string[],
  ): Promise<Map<number, MatchedFilesystem>>;
}
