import type { ImageList, KeptImage, ObservedImage } from '../../src/ports/image-store.ts';
import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import { read } from '../../src/shared/reading.ts';
import type { PackageFacts } from '../../src/snapshot/facts/packages.ts';
import { observedContainer } from './scan-records.ts';

/** An image with this tag, whose id is made of it; tests state how theirs differs. */
export function observedImage(
  tag: string,
  difference: Partial<KeptImage> = {},
  facets: string[] = [],
  unverifiedFacets: string[] = [],
): ObservedImage {
  return {
    facts: {
      id: imageId(tag),
      tags: [tag],
      digests: [],
      createdAt: '2025-12-01T00:00:00.000Z',
      sizeBytes: 20_000_000,
      architecture: 'amd64',
      operatingSystem: 'linux',
      user: { declared: '1000', uid: 1000, reason: null },
      layers: [`sha256:layer-of-${tag}`],
      origin: read('pulled'),
      base: null,
      steps: [],
      stepCount: 0,
      ...difference,
    },
    facets,
    unverifiedFacets,
  };
}

export const imageId = (tag: string): string =>
  `sha256:${Buffer.from(tag).toString('hex').padEnd(64, '0').slice(0, 64)}`;

export const imageList = (images: ObservedImage[], other: Partial<ImageList> = {}): ImageList => ({
  read: images,
  unread: [],
  isUseKnown: true,
  ...other,
});

export const debPackage = (name: string, version: string, source = name): PackageFacts => ({
  ...{ name, version, architecture: 'amd64', sourceName: source, sourceVersion: version },
});

/** A running container of an image of Debian 12 with these packages. */
export function containerOf(
  tag: string,
  packages: PackageFacts[],
  id = `c-${tag}`,
): ObservedContainer {
  const operatingSystem = { id: 'debian', versionId: '12', prettyName: 'Debian 12' };
  return {
    ...observedContainer(id, { imageId: imageId(tag), imageReference: tag }),
    surface: {
      ports: read([]),
      processes: read({ count: 1, source: 'top' }),
      setUid: read({ count: 0, rootCount: 0, isWhole: true }),
      installed: read({ inventory: { manager: 'dpkg', operatingSystem, packages }, isOwn: false }),
    },
  };
}
