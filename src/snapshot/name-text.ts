import { createHash } from 'node:crypto';
import { type Foreign, text } from './foreign.ts';

/** Bytes of a name, and of what an image is called by, that are kept: an index of PostgreSQL takes 2,704. */
const NAME_BYTES_MAX = 255;
const REFERENCE_BYTES_MAX = 500;
const HASH_LENGTH = 16;

/** A name of something, or a label that names it, of at most 255 bytes; see `shortened`. */
export const nameText = (found: Foreign): string => shortened(text(found), NAME_BYTES_MAX);

/** The name of a container, without the slash that some answers put before it; see `nameText`. */
export const containerName = (found: Foreign): string =>
  shortened(text(found).replace(/^\//, ''), NAME_BYTES_MAX);

/** The name of an image, of at most 500 bytes; see `shortened`. */
export const referenceText = (found: Foreign): string =>
  shortened(text(found), REFERENCE_BYTES_MAX);

/** A longer text is cut and ends in a hash of all of it, so that two that begin alike stay two. */
function shortened(whole: string, bytesMax: number): string {
  const bytes = Buffer.from(whole);
  if (bytes.length <= bytesMax) return whole;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_LENGTH);
  const room = bytesMax - HASH_LENGTH - Buffer.byteLength(CUT);
  // A character that is cut in the middle would be replaced by a longer one.
  const start = bytes
    .subarray(0, room)
    .toString()
    .replace(/\uFFFD$/, '');
  return `${start}${CUT}${hash}`;
}

const CUT = '…';
