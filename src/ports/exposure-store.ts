import type { OsRelease, PackageFacts, PackageManager } from '../snapshot/facts/packages.ts';
import type { FilesystemReading, ImageFilesystem } from './filesystem-store.ts';
import type { OfHosts } from './of-hosts.ts';

/** What is asked for: packages with such a name, or that were built from a source with such a name. */
export interface AskedPackages {
  names: readonly string[];
  sources: readonly string[];
  /** Packages of languages, and programs that no package manager installed. */
  components: readonly string[];
}

/** What one filesystem has of it. Times are ISO. */
export interface MatchedInventory {
  id: number;
  manager: PackageManager | null;
  operatingSystem: OsRelease | null;
  packages: PackageFacts[];
}

/** One container while it had one inventory. Times are epoch milliseconds. */
export interface ContainerSpan {
  host: string;
  id: string;
  name: string;
  /** As it was started from, e.g. `nginx:1.27`. */
  image: string;
  imageId: string;
  /** Of the container when it was last looked at, e.g. `running`. */
  state: string;
  from: number;
  /** When it was gone or changed; null while it is there. */
  to: number | null;
  /** The times in which it had this inventory, by their start: it may have had another one in between. */
  periods: { from: number; to: number | null }[];
  /** True where the container is there, though it may have another inventory now. */
  isThere: boolean;
  /** Null: its packages are not known, and `reason` says why. */
  inventoryId: number | null;
  reason: string | null;
  /** What else its image holds, see `ImageFilesystem`. */
  filesystemId: number | null;
  readFrom: FilesystemReading['readFrom'];
}

/** Containers of one host that were started of images of one name and had the same contents, counted. */
export interface SpanGroup
  extends Pick<
    ContainerSpan,
    'host' | 'image' | 'imageId' | 'inventoryId' | 'reason' | 'filesystemId' | 'readFrom'
  > {
  running: number;
  /** There, and not running. */
  stopped: number;
  gone: number;
  /** There, with another inventory now. */
  changed: number;
  /** The first of their ids, as their bytes are. */
  first: string;
}

/** The same of all hosts, by their contents alone. */
export interface ContentsCount extends Omit<SpanGroup, 'host' | 'image' | 'first'> {
  /** How many groups have them; null for several images, which may be of one name: see `ExposureStore.countGroups`. */
  groups: number | null;
  /** Where in the list of those that were asked about the hosts stand that have them. */
  hosts: readonly number[];
  /** How many of them are there on each of these: 0 where they only were. */
  there: readonly number[];
}

/** How many groups have the same contents. */
export interface GroupCount
  extends Pick<SpanGroup, 'imageId' | 'inventoryId' | 'filesystemId' | 'readFrom'> {
  groups: number;
}

export interface HeldImages {
  /** Those without a container, of which something was read or listed. */
  unused: UnusedImage[];
  /** All, by how much of them was read. */
  counts: {
    total: number;
    /** Nothing of them. */
    notInventoried: number;
    /** Only packages of their systems. */
    systemOnly: number;
  };
}

/** An image without a container, and how its file system is known. */
export interface UnusedImage
  extends Pick<
    ImageFilesystem,
    'host' | 'id' | 'name' | 'filesystemId' | 'inventoryId' | 'readFrom' | 'reason'
  > {
  /** Epoch milliseconds. */
  firstSeen: number;
}

/** Every container of these hosts that was there after `since` (epoch milliseconds). */
interface AskedContainers extends OfHosts {
  since: number;
}

/** Where images count apart (all, those that somebody listed, or none) a group has the id of its image, else that is empty. */
export interface AskedGroups extends AskedContainers {
  apart: 'all' | 'listed' | 'none';
}

interface AmongInventories {
  /** Only those that had one of these, null for none; all when left out. */
  inventoryIds?: readonly (number | null)[];
}

/** Who had what installed. */
export interface ExposureStore {
  /**
   * Every container that was asked for, one span for each inventory that it had; those that came and went before anybody looked at them are among them.
   */
  listSpans(asked: AskedContainers & AmongInventories): Promise<ContainerSpan[]>;
  /** The same containers in groups, each in one. In no order. */
  listGroups(asked: AskedGroups & AmongInventories): Promise<SpanGroup[]>;
  /** Counts those whose packages are known, whatever their host and image. In no order. */
  countContents(asked: AskedGroups): Promise<ContentsCount[]>;
  /** Counts the groups that `listGroups` gives of those that had one of these inventories. In no order. */
  countGroups(asked: AskedGroups & { inventoryIds: readonly number[] }): Promise<GroupCount[]>;
  readImages(hosts: readonly string[]): Promise<HeldImages>;
  /**
   * Every name of a package, a source or a library that is kept and that a person may mean by one (see `isMeantBy`), and
   * that one itself.
   */
  findNames(name: string): Promise<AskedPackages>;
  /** Names of packages and libraries that are kept and may be meant where nothing has that name (see `mayBeMeantBy`). */
  findNear(name: string): Promise<Pick<AskedPackages, 'names' | 'components'>>;
  /** Inventories by key, each with what it has of the packages; one without any is among them. */
  findPackages(
    inventoryIds: readonly number[],
    asked: AskedPackages,
  ): Promise<Map<number, MatchedInventory>>;
}
