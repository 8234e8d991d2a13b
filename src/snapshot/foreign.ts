import { createHash } from 'node:crypto';
import { OutsideError } from '../shared/errors.ts';
import { isRecord } from '../shared/record.ts';

/**
 * A value from an answer that somebody else wrote, with the place it was found at. Every accessor
 * gives the type it promises or throws an `OutsideError` that names the place and what was there,
 * never the value itself, which may be a secret.
 */
export interface Foreign {
  value: unknown;
  /** The call that gave the answer, e.g. `GET /info`. */
  source: string;
  /** Where in the answer it stands, e.g. `.RegistryConfig.IndexConfigs`; empty for all of it. */
  path: string;
}

/** Begins reading an answer; `source` names the call, e.g. `GET /info`. */
export const foreign = (source: string, value: unknown): Foreign => ({ value, source, path: '' });

/** The field of a record; a missing one has the value `undefined`. Throws without a record. */
export function field(holder: Foreign, ...names: readonly string[]): Foreign {
  let current = holder;
  for (const name of names) {
    const owner = asRecord(current);
    const value = Object.hasOwn(owner, name) ? owner[name] : undefined;
    current = below(current, value, `.${name}`);
  }
  return current;
}

/** The same where records on the way to a field may be missing, and the field with them. */
export function fieldWithin(holder: Foreign, ...names: readonly string[]): Foreign {
  let found = holder;
  for (const name of names) {
    if (isAbsent(found)) return { ...found, value: undefined };
    found = field(found, name);
  }
  return found;
}

/** A text, empty ones included. */
export function text(found: Foreign): string {
  if (typeof found.value !== 'string') throw wrongShape(found, 'a text');
  return found.value;
}

/** A text, empty when the field is missing or null. */
export const textOrEmpty = (found: Foreign): string => (isAbsent(found) ? '' : text(found));

/** A whole number; JSON numbers beyond 2^53 come out rounded. */
export function count(found: Foreign): number {
  if (!Number.isInteger(found.value)) throw wrongShape(found, 'a whole number');
  return found.value as number;
}

/** A whole number that is written as a text of at most ten digits. */
export function digits(found: Foreign): number {
  const written = text(found);
  if (!/^\d{1,10}$/.test(written)) throw wrongShape(found, 'digits');
  return Number(written);
}

/** A whole number, 0 when the field is missing or null. */
export const countOrZero = (found: Foreign): number => (isAbsent(found) ? 0 : count(found));

export function flag(found: Foreign): boolean {
  if (typeof found.value !== 'boolean') throw wrongShape(found, 'true or false');
  return found.value;
}

/** True or false, false when the field is missing or null. */
export const flagOrFalse = (found: Foreign): boolean => !isAbsent(found) && flag(found);

/** The items of a list. Engines write an empty list as `null` too; a missing one throws. */
export function list(found: Foreign): Foreign[] {
  if (found.value === null) return [];
  if (!Array.isArray(found.value)) throw wrongShape(found, 'a list');
  return found.value.map((value: unknown, index) => below(found, value, `[${index}]`));
}

/** The items of a list that older engines leave out: a missing one is empty. */
export const listOrEmpty = (found: Foreign): Foreign[] => (isAbsent(found) ? [] : list(found));

/** The items of a whole answer, which is never `null`. */
export function answerList(answer: Foreign): Foreign[] {
  if (answer.value === null) throw wrongShape(answer, 'a list');
  return list(answer);
}

/** Names and values of a record used as a map; `null` is an empty one, a missing one throws. */
export function entries(found: Foreign): [string, Foreign][] {
  if (found.value === null) return [];
  return Object.entries(asRecord(found)).map(([name, value]) => [
    name,
    // The name stays out of the path: keys of foreign maps are free text.
    below(found, value, '.*'),
  ]);
}

/** As `entries`; a missing map is empty. */
export const entriesOrEmpty = (found: Foreign): [string, Foreign][] =>
  isAbsent(found) ? [] : entries(found);

/**
 * An id that may become one segment of a request path: letters, digits and `_.:-`, at most 128
 * characters. Anything else throws, so that an answer cannot steer the next request.
 */
export function pathId(found: Foreign): string {
  const id = text(found);
  if (!isPathId(id)) throw wrongShape(found, 'an id');
  return id;
}

/** Whether a text may stand for an id in the path of a call. */
export const isPathId = (text: string): boolean =>
  /^[A-Za-z0-9](?!.*\.\.)[\w.:-]{0,127}$/.test(text);

/** True for a field that is missing or null. */
export const isAbsent = (found: Foreign): boolean =>
  found.value === undefined || found.value === null;

/** The error for a value of the wrong shape; `expected` completes "expected …". */
export function wrongShape(found: Foreign, expected: string): OutsideError {
  const place = found.path === '' ? '' : ` at ${found.path}`;
  const detail = `${found.source}: expected ${expected}${place}, got ${shapeOf(found.value)}`;
  return new OutsideError('engine-invalid-answer', detail);
}

const below = (holder: Foreign, value: unknown, step: string): Foreign => ({
  value,
  source: holder.source,
  path: `${holder.path}${step}`,
});

function asRecord(found: Foreign): Record<string, unknown> {
  const { value } = found;
  if (!isRecord(value)) throw wrongShape(found, 'a record');
  return value;
}

function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'record' : typeof value;
}

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
