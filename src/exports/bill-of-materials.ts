import type { ImageExposure } from '../answers/image-answer.ts';
import type { FoundComponent } from '../ports/filesystem-store.ts';
import type { StoredImage } from '../ports/image-store.ts';
import type { Reading } from '../shared/reading.ts';
import type { OsRelease, PackageFacts, PackageManager } from '../snapshot/facts/packages.ts';
import { packageUrl } from './purl.ts';

/** An image with what is known to be in it. */
export interface ListedContents {
  image: StoredImage;
  contents: Reading<{
    manager: PackageManager | null;
    operatingSystem: OsRelease | null;
    packages: readonly PackageFacts[];
    /** What no package manager of the system installed. */
    components: readonly FoundComponent[];
  }>;
  exposure: Reading<ImageExposure>;
}

/** What a bill of materials is made of: one image, or those of a host. */
export interface Bill {
  /** Of Seawall. */
  version: string;
  /** ISO time of the export. */
  takenAt: string;
  /** A UUID that no other file has. */
  id: string;
  /** Null for one image by itself. */
  host: string | null;
  images: readonly ListedContents[];
}

/** A package, library or program with its package URL, which names it in the whole file. */
export interface BilledPackage {
  url: string;
  name: string;
  version: string;
  /** What it was built from, for a package of a system; null for all else. */
  source: { name: string; version: string } | null;
  /** The first of the places where it lies; none for a package of a system. */
  paths: readonly string[];
}

/** Packages of an image, each once; none where they are not known. */
export function packagesIn({ contents }: ListedContents): BilledPackage[] {
  if (contents.state === 'unread') return [];
  const { manager, operatingSystem, packages, components } = contents.value;
  const byUrl = new Map<string, BilledPackage>();
  for (const facts of packages) {
    // Without a manager there are none.
    if (manager === null) break;
    const url = packageUrl(facts, manager, operatingSystem);
    const { name, version, sourceName, sourceVersion } = facts;
    const source = { name: sourceName, version: sourceVersion };
    byUrl.set(url, { url, name, version, source, paths: [] });
  }
  for (const { purl, name, version, places } of components) {
    const paths = places.map(({ path }) => path);
    byUrl.set(purl, { url: purl, name, version: version ?? '', source: null, paths });
  }
  return [...byUrl.values()];
}

/** Packages of all images, each once. */
export const packagesOf = (images: readonly ListedContents[]): BilledPackage[] => [
  ...new Map(images.flatMap(packagesIn).map((one) => [one.url, one])).values(),
];

/** Why the packages of an image are not all that is in it. */
export function gapOf({ image: { inventory, libraries }, contents }: ListedContents): string {
  if (contents.state === 'unread') return `packages not known: ${contents.reason}`;
  const system =
    inventory.state === 'unread'
      ? `packages of the system not known: ${inventory.reason}`
      : inventory.value.manager === null
        ? 'no package database of a known kind'
        : 'packages of the system';
  if (libraries.state === 'unread') {
    return `${system}${contents.value.manager === null ? '' : ' only'}; what else was copied in is not known`;
  }
  return `${system}; libraries and known programs; what else was copied in is not known`;
}
