import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import type { ContainerSpan, ImageContents } from '../ports/exposure-store.ts';

/** What is known of one image of a host. */
interface KnownImage {
  image: ImageContents | null;
  /** Whether it is on the host: seen by the last scan, or by a container that is there. */
  isThere: boolean;
  /** Whether a container of it is there. */
  isUsed: boolean;
  /** Whether packages of its system are known, as it was made or by a container that is there. */
  hasSystem: boolean;
}

/** Images of hosts, by what their containers add to what is known of them. */
export interface ExposedImages {
  /** Notes a container; the image that it was made of, null where no scan saw that. */
  see(span: ContainerSpan): ImageContents | null;
  /** Images that are there and have no container. */
  unused(): ImageContents[];
  /** Images that are there, by how much of them was read. */
  count(): Omit<ExposureAnswer['images'], 'affected'>;
}

/** Begins with the images that scans saw. */
export function exposedImages(images: readonly ImageContents[]): ExposedImages {
  const known = new Map<string, KnownImage>();
  for (const image of images) {
    const { isThere } = image;
    const hasSystem = image.inventoryId !== null;
    known.set(imageKey(image.host, image.id), { image, isThere, isUsed: false, hasSystem });
  }
  return {
    see({ host, imageId, to, inventoryId }) {
      const key = imageKey(host, imageId);
      const one = known.get(key) ?? {
        image: null,
        isThere: false,
        isUsed: false,
        hasSystem: false,
      };
      if (to === null && imageId !== '') {
        one.isThere = true;
        one.isUsed = true;
        one.hasSystem ||= inventoryId !== null;
        if (one.image === null) known.set(key, one);
      }
      return one.image;
    },
    unused() {
      const all = [...known.values()];
      return all.flatMap(({ image, isUsed }) => (image?.isThere && !isUsed ? [image] : []));
    },
    count() {
      const counts = { total: 0, notInventoried: 0, systemOnly: 0 };
      for (const { image, isThere, hasSystem } of known.values()) {
        if (!isThere) continue;
        counts.total += 1;
        // Of what is no longer listed nobody counts what was read of it.
        if (image?.isThere && image.filesystemId !== null) continue;
        if (hasSystem) counts.systemOnly += 1;
        else counts.notInventoried += 1;
      }
      return counts;
    },
  };
}

/** An engine may call its image by the id of another engine's. */
export const imageKey = (host: string, id: string): string => `${host} ${id}`;
