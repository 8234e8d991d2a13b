import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import type { ContainerSpan } from '../ports/exposure-store.ts';
import type { ImageFilesystem } from '../ports/filesystem-store.ts';

/** An engine may call its image by the id of another engine's. */
export const imageKey = (host: string, id: string): string => `${host} ${id}`;

const isOpen = ({ to, imageId }: ContainerSpan): boolean => to === null && imageId !== '';

/** Images that are there and have no container. */
export function unusedImages(
  images: readonly ImageFilesystem[],
  spans: readonly ContainerSpan[],
): ImageFilesystem[] {
  const used = new Set(spans.filter(isOpen).map(({ host, imageId }) => imageKey(host, imageId)));
  return images.filter(({ isThere, host, id }) => isThere && !used.has(imageKey(host, id)));
}

/** Images that are there, by how much of them was read. */
export function countImages(
  images: readonly ImageFilesystem[],
  spans: readonly ContainerSpan[],
): Omit<ExposureAnswer['images'], 'affected'> {
  const known = new Map<string, { hasSystem: boolean; isWhole: boolean }>();
  for (const { host, id, isThere, filesystemId, inventoryId } of images) {
    if (!isThere) continue;
    const read = { hasSystem: inventoryId !== null, isWhole: filesystemId !== null };
    known.set(imageKey(host, id), read);
  }
  for (const span of spans.filter(isOpen)) {
    const key = imageKey(span.host, span.imageId);
    const one = known.get(key) ?? { hasSystem: false, isWhole: false };
    known.set(key, { ...one, hasSystem: one.hasSystem || span.inventoryId !== null });
  }
  const all = [...known.values()];
  return {
    total: all.length,
    notInventoried: all.filter(({ hasSystem, isWhole }) => !hasSystem && !isWhole).length,
    systemOnly: all.filter(({ hasSystem, isWhole }) => hasSystem && !isWhole).length,
  };
}
