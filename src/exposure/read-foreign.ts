import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import {
  type Foreign,
  foreign,
  isAbsent,
  listOrEmpty,
  text,
  wrongShape,
} from '../snapshot/foreign.ts';

/** Ids, names and words: longer ones are of no feed that we know. */
const WORD_CHARACTERS_MAX = 300;

/** What `readAll` makes of a value of a feed; unread with what is wrong where it has another shape. */
export function readForeign<T>(
  source: string,
  value: unknown,
  readAll: (found: Foreign) => T,
): Reading<T> {
  try {
    return read(readAll(foreign(source, value)));
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(error.detail);
  }
}

/** What is made of a part of a record without which the rest still says what it is about; none where that has another shape. */
export function understood<T>({ source, value }: Foreign, readPart: (found: Foreign) => T): T[] {
  const part = readForeign(source, value, readPart);
  return part.state === 'read' ? [part.value] : [];
}

/** What is made of items, each by itself, and why others could not be read; `source` stands before the place of each. */
export function readItems<T>(
  source: string,
  items: readonly Foreign[],
  readOne: (found: Foreign) => T,
): { all: T[]; refused: string[] } {
  const found = items.map(({ path, value }) => readForeign(`${source} ${path}`, value, readOne));
  return {
    all: found.flatMap((one) => (one.state === 'read' ? [one.value] : [])),
    refused: found.flatMap((one) => (one.state === 'unread' ? [one.reason] : [])),
  };
}

/** A text of 1 to 300 characters, or as many as said. */
export function word(found: Foreign, max = WORD_CHARACTERS_MAX): string {
  const value = text(found);
  if (value === '' || value.length > max) throw wrongShape(found, `1 to ${max} characters`);
  return value;
}

/** The beginning of a text, empty when the field is missing. */
export const beginning = (found: Foreign, characters: number): string =>
  isAbsent(found) ? '' : text(found).slice(0, characters);

/** The items of a list that may be missing; too many of them are a wrong shape. */
export function atMost(max: number, found: Foreign): Foreign[] {
  const items = listOrEmpty(found);
  if (items.length > max) throw wrongShape(found, `at most ${max} items`);
  return items;
}

/** A time in UTC, in ISO 8601; null when the field is missing, or the year 1, which is Go’s "no time". */
export function timeOrNull(found: Foreign): string | null {
  if (isAbsent(found)) return null;
  const ms = TIME.test(word(found, 40)) ? Date.parse(text(found)) : Number.NaN;
  if (Number.isNaN(ms)) throw wrongShape(found, 'a time');
  const time = new Date(ms).toISOString();
  return time.startsWith('0001-') ? null : time;
}

const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
