import { type Reading, unread } from '../shared/reading.ts';
import type { ImageSetUid, SetUidFiles } from './facts/set-uid.ts';

/** What was found in an image by its id. */
export function filesOfImage(
  images: readonly ImageSetUid[],
  imageId: string,
): Reading<SetUidFiles> {
  const entry = images.find(({ imageIds }) => imageIds.includes(imageId));
  return entry?.files ?? unread('the files of its image were not looked at');
}
