import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST = 0x10ffff;

/**
 * Any character of Unicode, as `unit` of `fc.string`. The library’s own, `'binary'`, is the same, and lists them all
 * in each process, which takes seconds.
 */
export const anyCharacter = fc
  .integer({ min: 0, max: LAST - SURROGATES.count })
  .map(characterAt, placeOf);

function characterAt(place: number): string {
  const { first, count } = SURROGATES;
  return String.fromCodePoint(place < first ? place : place + count);
}

/** Throws for what is no such character: the library asks so which texts consist of them. */
function placeOf(character: unknown): number {
  const code = typeof character === 'string' ? (character.codePointAt(0) ?? -1) : -1;
  const place = code < SURROGATES.first ? code : code - SURROGATES.count;
  if (place < 0 || characterAt(place) !== character) throw new Error('no character');
  return place;
}
