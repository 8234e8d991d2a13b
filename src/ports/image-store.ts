import type { ImageOrigin } from '../rules/image-origin.ts';
import type { Reading } from '../shared/reading.ts';
import type { EnvironmentVariable } from '../snapshot/facts/container.ts';
import type { HistoryStep, ImageFacts, NamedBase } from '../snapshot/facts/image.ts';
import type { OsRelease, PackageInventory, PackageManager } from '../snapshot/facts/packages.ts';
import type { ImageFilesystem } from './filesystem-store.ts';
import type { OfHosts } from './of-hosts.ts';

/** One step of the build of an image; of its text there is no more than this. */
export interface ImageStep
  extends Pick<HistoryStep, 'createdAt' | 'instruction' | 'sizeBytes' | 'programs'> {
  /** Names of variables and of build arguments, never their values. */
  variables: EnvironmentVariable['name'][];
}

export interface KeptImage
  extends Pick<
    ImageFacts,
    | 'id'
    | 'tags'
    | 'digests'
    | 'createdAt'
    | 'sizeBytes'
    | 'architecture'
    | 'operatingSystem'
    | 'user'
    | 'layers'
  > {
  origin: Reading<ImageOrigin>;
  base: NamedBase | null;
  /** The newest first; at most `IMAGE_STEPS_MAX`. */
  steps: ImageStep[];
  /** How many it has. */
  stepCount: number;
}

/** More steps of one image are counted and not kept. */
export const IMAGE_STEPS_MAX = 150;

/** An image as a scan saw it, with the facets that its results gave it. */
export interface ObservedImage {
  facts: KeptImage;
  facets: string[];
  /** Facets that could not be judged. */
  unverifiedFacets: string[];
}

/** The images of a host as one scan listed them. */
export interface ImageList {
  read: ObservedImage[];
  unread: { id: string; name: string; reason: string }[];
  /** False where a container could not be read: whether an image is used is then open. */
  isUseKnown: boolean;
}

/** What an image has installed, as one of its containers showed. */
export interface ImageInventory {
  key: string;
  manager: PackageManager | null;
  operatingSystem: OsRelease | null;
  packages: number;
}

/** What the whole file system of an image holds beside packages of its system. */
export interface ImageLibraries {
  /** Key of the file system. */
  id: number;
  /** How many libraries and programs. */
  components: number;
  /** A container may have changed it, a probe has what is in the image. */
  readFrom: ImageFilesystem['readFrom'];
}

/** By what the contents of an image are found; null for what was not read. */
export interface ContentsKey {
  inventory: string | null;
  filesystem: number | null;
}

export interface StoredImage {
  host: string;
  id: string;
  /** Its first tag, else its id. */
  name: string;
  /** Unread with the reason. */
  facts: Reading<KeptImage>;
  facets: string[];
  unverifiedFacets: string[];
  /** Containers that exist of it, and those of them that run. */
  containers: number;
  running: number;
  /** Unread: nobody knows what is in it, and why. */
  inventory: Reading<ImageInventory>;
  /** Unread: its file system was not read whole, and why. */
  libraries: Reading<ImageLibraries>;
}

/** A container of an image. Times are ISO. */
export interface ContainerOfImage {
  id: string;
  name: string;
  state: string;
  from: string;
  /** Null while it is there. */
  to: string | null;
}

export interface ImagesAsked {
  hosts: readonly string[];
  /** All of which an image must have. */
  facets: readonly string[];
  /** Built before this time (epoch milliseconds); null for any time. */
  createdBefore: number | null;
  /**
   * Keys of contents, where only images that have one of them are asked for; `possible` are those of
   * which nobody knows, and so is what has none. Null for any.
   */
  contents: {
    sure: readonly ContentsKey[];
    possible: readonly ContentsKey[];
    /** Images that were judged by themselves, by `NamedStoredImage.key`, whatever they have. */
    own: { all: readonly number[]; sure: readonly number[]; possible: readonly number[] };
  } | null;
}

export interface ImagesPageAsked extends ImagesAsked {
  /** What `imageOrder` says of the last one shown; null for the first page. */
  after: string | null;
  limit: number;
}

export interface ImagesPage {
  /** By host, name and id, as their bytes are. */
  images: StoredImage[];
  /** How many stand before this page, and how many there are on all. */
  before: number;
  total: number;
  /** The first of those of which it is not known whether they belong to it, and how many there are. */
  unverified: { images: StoredImage[]; total: number };
}

/** An image of a host with all that it is called. */
export interface NamedStoredImage {
  /** Of its row. */
  key: number;
  /** What it has; null for what was not read. */
  contents: ContentsKey;
  host: string;
  id: string;
  tags: string[];
  digests: string[];
}

/** The layers of an image of a host, the lowest first, and by what its contents are found. */
export interface LayeredImage {
  host: string;
  id: string;
  name: string;
  layers: string[];
  /** Null where nobody knows its packages. */
  inventoryId: number | null;
  /** Null where its file system was not read whole. */
  filesystemId: number | null;
}

/** The images that are on hosts. */
export interface ImageStore {
  /** Those of the hosts whose images a scan has listed. */
  listLooked(hosts: readonly string[]): Promise<string[]>;
  pageImages(asked: ImagesPageAsked): Promise<ImagesPage>;
  /** What the images of these hosts are called, in order; without those that could not be read. */
  listNames(hosts: readonly string[]): Promise<NamedStoredImage[]>;
  /** Keys of the contents that images of these hosts have, each once. */
  listContents(hosts: readonly string[]): Promise<ContentsKey[]>;
  /**
   * Ids of images of a host that have no container and of which no packages are known, not tried since a time
   * (epoch milliseconds): those that were never tried first, and of these the newest.
   */
  listWithoutSystem(asked: { host: string; triedBefore: number; limit: number }): Promise<string[]>;
  /** Keeps what came of reading the packages of an image without a container. */
  saveSystem(
    host: string,
    id: string,
    reading: { triedAt: string; inventory: Reading<PackageInventory> },
  ): Promise<void>;
  /** Images with one of these tags, names with a digest, or ids, at most `limit`, in order. */
  findImages(asked: OfHosts & { names: readonly string[]; limit: number }): Promise<StoredImage[]>;
  /** Images whose id begins so, at most `limit`. */
  findByIdPrefix(asked: OfHosts & { prefix: string; limit: number }): Promise<StoredImage[]>;
  /** Images whose layers are exactly these of one of the lists, one for each list and host at most. */
  findByLayers(
    asked: OfHosts & { layers: readonly (readonly string[])[] },
  ): Promise<Map<string, StoredImage>>;
  /** The layers of these images; without those that are gone, or could not be read. */
  listLayers(images: readonly { host: string; id: string }[]): Promise<LayeredImage[]>;
  /**
   * By chain of layers (joined with spaces) images of exactly that chain: those of the host itself, and one of any
   * host of which something is known.
   */
  findPrefixes(
    asked: readonly { host: string; chains: readonly (readonly string[])[] }[],
  ): Promise<Map<string, LayeredImage[]>>;
  /** Containers of an image that are there or were, the newest first, at most `limit`, and how many there are. */
  listContainersOf(asked: { host: string; id: string; limit: number }): Promise<{
    containers: ContainerOfImage[];
    total: number;
  }>;
}
