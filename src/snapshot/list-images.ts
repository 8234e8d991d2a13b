import { OutsideError } from '../shared/errors.ts';
import { answerList, field, foreign, listOrEmpty, pathId } from './foreign.ts';
import { referenceText } from './name-text.ts';
import { isRealReference } from './normalise/image.ts';
import { isMarkedAsProbeImage } from './probe-container.ts';
import type { Listed } from './read-each.ts';

/** Images of one host that are looked at in a scan, those in use first. */
export const IMAGES_READ_MAX = 1000;
/** Beyond as many none of them is. */
const IMAGES_MAX = 5000;

/** An image as `GET /images/json` lists it, named or not. */
export interface ListedImage extends Listed {
  /** Names and digests, also `<none>:<none>`, which older engines write. */
  references: string[];
  isMarkedAsProbe: boolean;
}

/** The images in an answer of `GET /images/json`. */
export function listedImages(body: unknown): ListedImage[] {
  const listed = answerList(foreign('GET /images/json', body));
  if (listed.length > IMAGES_MAX) {
    const detail = `GET /images/json: ${listed.length} images, more than ${IMAGES_MAX}`;
    throw new OutsideError('engine-answer-too-large', detail);
  }
  return listed.map((image) => {
    const id = pathId(field(image, 'Id'));
    const tags = listOrEmpty(field(image, 'RepoTags')).map(referenceText);
    const digests = listOrEmpty(field(image, 'RepoDigests')).map(referenceText);
    return {
      id,
      name: tags.filter(isRealReference).sort()[0] ?? id,
      references: [...tags, ...digests],
      isMarkedAsProbe: isMarkedAsProbeImage(image),
    };
  });
}

/**
 * Every image that has a name or is in use. Without `all` the engine leaves out the steps of a build, and
 * also an image that lost its tag but has children. A container may still run from such a one, so the
 * images in use (`used`) are added. That of another scan's kernel probe is none of the host's.
 */
export function imagesOf(listed: readonly ListedImage[], used: readonly string[]): Listed[] {
  const names = new Map(used.map((id) => [id, id]));
  for (const { id, name, isMarkedAsProbe } of listed) {
    if (!isMarkedAsProbe || names.has(id)) names.set(id, name);
  }
  return [...names].map(([id, name]) => ({ id, name }));
}
