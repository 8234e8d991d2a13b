import { type Reading, unread } from '../shared/reading.ts';
import type { WithoutPackages } from './facts/packages.ts';
import type { ImageSetUid, SetUidFiles } from './facts/set-uid.ts';
import type { Snapshot } from './snapshot.ts';

/** Where nothing is known of the image itself: of more containers each scan searches again. */
const SEARCHED_MAX = 10;

/** What the next scan of the host is told of images, so that it need not read it again; null where they were not read. */
export function knownImages({ setUid, packages }: Snapshot): ImageSetUid[] | null {
  if (setUid.state === 'unread') return null;
  const known = new Map<string, WithoutPackages[]>();
  for (const { facts } of packages.state === 'read' ? packages.value : []) {
    const without = facts.state === 'read' ? facts.value.without : undefined;
    if (without === undefined) continue;
    known.set(without.layers, withOne(known.get(without.layers) ?? [], without.known));
  }
  return setUid.value.map((one) => {
    const withoutDatabase = known.get(one.layers);
    return withoutDatabase === undefined ? one : { ...one, withoutDatabase };
  });
}

/** What is known of the image stands for each of its containers. */
function withOne(all: WithoutPackages[], one: WithoutPackages): WithoutPackages[] {
  if (one.isOfImage) return [one];
  const isTold = all.some(({ isOfImage }) => isOfImage) || all.length === SEARCHED_MAX;
  return isTold ? all : [...all, one];
}

/** What was found in an image by its id. */
export function filesOfImage(
  images: readonly ImageSetUid[],
  imageId: string,
): Reading<SetUidFiles> {
  const entry = images.find(({ imageIds }) => imageIds.includes(imageId));
  return entry?.files ?? unread('the files of its image were not looked at');
}
