import type { ImageExposure, VulnerablePackage } from '../answers/image-answer.ts';
import type { ImageNames } from '../exposure/vex-product.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { ContainerImage, ExposedStore } from '../ports/exposed-store.ts';
import type { FeedState } from '../ports/feed-store.ts';
import type { ContentsKey, ImageStore } from '../ports/image-store.ts';
import type { Reading } from '../shared/reading.ts';
import { isCritical } from './exposure-order.ts';
import type { ExposureParts, InventoryJudge } from './image-exposure.ts';

/** Of an image on a host: an engine may call its image by the id of another engine's. */
export const imageKey = (host: string, id: string): string => `${host} ${id}`;

// What a statement (VEX) says of an image holds for no other image of the same contents: those that statements name
// are judged each by itself, and whoever counts images counts these so.

export type NamedImageParts = ExposureParts & { images: Pick<ImageStore, 'listNames'> };

/** Of an image that is not listed: as its container was started. */
export const namesOnly = (id: string, name: string): ImageNames => ({
  id,
  tags: [name],
  digests: [],
});

/** What images of these hosts are called, by `imageKey`. */
export async function imageNamesOn(
  { images }: Pick<NamedImageParts, 'images'>,
  hosts: readonly string[],
): Promise<Map<string, ImageNames>> {
  const named = await images.listNames(hosts);
  return new Map(named.map((one) => [imageKey(one.host, one.id), one]));
}

/** What is in one image, by all that is said of it; null for contents that are no longer stored. */
export async function judgeImage(
  judge: InventoryJudge,
  key: ContentsKey,
  image: ImageNames,
): Promise<Reading<ImageExposure> | null> {
  for await (const [, exposure] of judge.judgeKeys([key], image)) return exposure;
  return null;
}

/**
 * Images of running containers with what can be exploited in them, as the last match found it or statements say of
 * them. `known`: the feeds.
 */
export async function runningImages(
  parts: NamedImageParts & { exposed: Pick<ExposedStore, 'listContainerImages'> },
  hosts: readonly string[],
  known: readonly FeedState[],
): Promise<ContainerImage[]> {
  const found = await parts.exposed.listContainerImages(hosts);
  if (!known.some(isOfStatements)) return found;
  // Comparing versions of eight schemes is loaded by who has statements.
  const { openInventoryJudge } = await import('./image-exposure.ts');
  const judge = await openInventoryJudge(parts, true);
  if (!judge.namesImages) return found;
  const newer = await openInventoryJudge(parts);
  const names = await imageNamesOn(parts, hosts);
  const judged: ContainerImage[] = [];
  for (const one of found) {
    const image = names.get(imageKey(one.host, one.imageId)) ?? namesOnly(one.imageId, one.image);
    judged.push(judge.names(image) ? await byItself({ judge, newer }, one, image) : one);
  }
  return judged;
}

/** What a match and statements say of it. What is unknown may be affected by the word of one, or cleared. */
async function byItself(
  { judge, newer }: Record<'judge' | 'newer', InventoryJudge>,
  one: ContainerImage,
  image: ImageNames,
): Promise<ContainerImage> {
  const key = { inventory: one.inventoryKey, filesystem: one.filesystemId };
  const exposure = await judgeImage(judge, key, image);
  if (exposure?.state !== 'read') return one;
  const { affected } = exposure.value;
  const isExploited = affected.some(({ exploited }) => exploited !== null);
  const isFixable = affected.some(
    (each) => isCritical(each) && each.state === 'affected-fix-available',
  );
  const open = one.unclear.length === 0 ? null : await judgeImage(newer, key, image);
  const cleared = open?.state === 'read' ? open.value.cleared : [];
  const stated = [...cleared, ...affected.filter(({ packages }) => packages.some(isStated))];
  const known = new Set(stated.map(({ id }) => id.toUpperCase()));
  return {
    ...one,
    ...{ isExploited, isCritical: isExploited || isFixable },
    unclear: one.unclear.filter((id) => !known.has(id)),
  };
}

const isStated = ({ said }: VulnerablePackage): boolean => said !== null;

/** How many images of running containers have something that is known to be exploited; null before the first match. */
export async function countExploitedImages(
  parts: NamedImageParts & {
    exposed: Pick<ExposedStore, 'listContainerImages' | 'countExploited'>;
  },
  hosts: readonly string[],
): Promise<number | null> {
  const count = await parts.exposed.countExploited(hosts);
  const known = await parts.feeds.list();
  if (count === null || !known.some(isOfStatements)) return count;
  const exploited = (await runningImages(parts, hosts, known)).filter(
    ({ isExploited }) => isExploited,
  );
  return new Set(exploited.map(({ host, imageId }) => imageKey(host, imageId))).size;
}
