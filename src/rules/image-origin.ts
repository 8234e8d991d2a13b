import { type Reading, read, unread } from '../shared/reading.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';

/** How an image came to a host. */
const imageOrigins = ['pulled', 'built', 'loaded', 'imported', 'committed'] as const;
export type ImageOrigin = (typeof imageOrigins)[number];

/** An image that is made here gets its name at once; no archive is carried over and named as fast. */
const NAMED_AT_ONCE_MS = 30_000;

type OriginFacts = Pick<
  ImageFacts,
  'digests' | 'cameFrom' | 'hasParent' | 'isImported' | 'history' | 'namedAt' | 'createdAt' | 'tags'
>;

/** Whether an image is in a registry, as its digests or its engine tell; null where neither does. */
export const isOfRegistry = ({
  digests,
  cameFrom,
}: Pick<ImageFacts, 'digests' | 'cameFrom'>): boolean | null =>
  cameFrom === null ? null : (cameFrom ?? digests).length > 0;

/** How an image came to its host, by what its engine tells of it; unread with the reason where that fits several ways. */
export function originOf(image: OriginFacts): Reading<ImageOrigin> {
  const { hasParent, isImported, history, namedAt, createdAt, tags } = image;
  const isPulled = isOfRegistry(image);
  if (isImported) return read('imported');
  // A commit and a build give a name, and what is pulled has a digest.
  if (namedAt === null && tags.length > 0 && isPulled === false && !hasParent) {
    return read('loaded');
  }
  const commit = committedHere(image);
  if (commit.state === 'unread') return commit;
  if (commit.value) return read('committed');
  // What is pulled or loaded has no parent.
  if (hasParent) return read('built');
  if (isPulled === null) {
    return unread(
      'the engine gives a digest to every image: pulled, built or loaded looks the same',
    );
  }
  if (isPulled) {
    return namedAt === null
      ? read('pulled')
      : unread('it has a digest and got a name here: pulled and named anew, or built and pushed');
  }
  if (namedAt === null) return unread('it has neither a name nor a digest');
  const sinceMs = Date.parse(namedAt) - Date.parse(createdAt);
  if (sinceMs >= 0 && sinceMs <= NAMED_AT_ONCE_MS && history[0]?.instruction !== '') {
    return read('built');
  }
  return unread('it got a name here: built here, or loaded from an archive and named anew');
}

const NO_LAYER = 'the engine lists no layer of it';
const LIKE_A_STEP =
  'its newest layer is a shell command: a build step and the commit of a container that runs a shell look the same';
const WITH_A_DIGEST =
  'looks committed, but has a digest: it was pushed since, or the engine gives one to every image';
const WITHOUT_A_SIGN =
  'no build step made its newest layer, and an engine that gives a digest to every image may know no parent of a commit';
const WITHOUT_A_PARENT =
  'no build step made its newest layer, and no parent is known: a loaded archive and other builders look the same';

/**
 * Whether a container of this host was committed to the image: then it has a parent, and a newest layer
 * that no build step made. Unread where a commit and something else look the same.
 */
export function committedHere(
  image: Pick<OriginFacts, 'digests' | 'cameFrom' | 'hasParent' | 'isImported' | 'history'>,
): Reading<boolean> {
  const { hasParent, isImported, history } = image;
  const isPulled = isOfRegistry(image);
  const newest = history[0]?.instruction;
  if (isImported) return read(false);
  if (newest === undefined) return isPulled ? read(false) : unread(NO_LAYER);
  if (newest === 'RUN' && hasParent && !isPulled) return unread(LIKE_A_STEP);
  if (newest !== '') return read(false);
  if (hasParent) return isPulled === false ? read(true) : unread(WITH_A_DIGEST);
  if (isPulled) return read(false);
  return unread(isPulled === null ? WITHOUT_A_SIGN : WITHOUT_A_PARENT);
}

/** Year of the first image: builds that leave their date out write an earlier one. */
const FIRST_YEAR = '2013';

/** True where an image says when it was built. */
export const saysWhenBuilt = ({ createdAt }: Pick<ImageFacts, 'createdAt'>): boolean =>
  createdAt >= FIRST_YEAR;
