import type { ImageExposure } from '../answers/image-answer.ts';
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

/** A package with its package URL, which names it in the whole file. */
export interface BilledPackage {
  url: string;
  facts: PackageFacts;
}

/** Packages of an image, each once; none where they are not known. */
export function packagesIn({ contents }: ListedContents): BilledPackage[] {
  if (contents.state === 'unread' || contents.value.manager === null) return [];
  const { manager, operatingSystem, packages } = contents.value;
  const byUrl = new Map(
    packages.map((facts) => {
      const url = packageUrl(facts, manager, operatingSystem);
      return [url, { url, facts }] as const;
    }),
  );
  return [...byUrl.values()];
}

/** Packages of all images, each once. */
export const packagesOf = (images: readonly ListedContents[]): BilledPackage[] => [
  ...new Map(images.flatMap(packagesIn).map((one) => [one.url, one])).values(),
];

/** Why the packages of an image are not all that is in it. */
export function gapOf({ contents }: ListedContents): string {
  if (contents.state === 'unread') return `packages not known: ${contents.reason}`;
  if (contents.value.manager === null) return 'no package database of a known kind';
  return 'packages of the system only; what else was copied in is not known';
}
