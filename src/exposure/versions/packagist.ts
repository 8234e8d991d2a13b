import { compareLists, compareNumerals, isNumeral, type VersionOrder } from './order.ts';

/**
 * The order of PHP’s `version_compare`, which Composer uses: parts are numbers or words, and a word is
 * known by its beginning. A `v` before it is left out, as Composer does.
 */
export const packagistOrder: VersionOrder = {
  // As Composer’s own parser takes it, without its branches (`dev-main`). It takes other words in capitals
  // too, and makes them small, which the order here does not.
  isProper: (version) =>
    /^[vV]?\d+(?:\.\d+){0,3}(?:[._-]?(?:beta|b|rc|RC|alpha|a|patch|pl|p)(?:[.-]?\d+(?:[.-]\d+)*)?)?(?:[.-]?dev)?$/.test(
      version,
    ),
  compare: (a, b) => compareParts(partsOf(a), partsOf(b)),
};

function partsOf(version: string): string[] {
  return version
    .replace(/^[vV]/, '')
    .replace(/[-_+]/g, '.')
    .replace(/([^\d.])(?=\d)/g, '$1.')
    .replace(/(\d)(?=[^\d.])/g, '$1.')
    .split('.');
}

/** What stands for a number beside a word, and behind the end of a shorter version. */
const NUMBER = '#';
/** Older words first; one that is none of them is older than all. */
const words: readonly (readonly string[])[] = [
  ['dev'],
  ['a'],
  ['b'],
  ['rc', 'RC'],
  [NUMBER],
  ['p'],
];

const placeOf = (part: string): number =>
  words.findIndex((beginnings) => beginnings.some((one) => part.startsWith(one)));

function compareParts(a: readonly string[], b: readonly string[]): number {
  const shared = Math.min(a.length, b.length);
  return (
    compareLists(a.slice(0, shared), b.slice(0, shared), '', comparePart) ||
    compareRest(a.slice(shared)) - compareRest(b.slice(shared))
  );
}

/** What stands behind the end of a shorter version. */
function compareRest(rest: readonly string[]): number {
  for (const part of rest) {
    const difference = isNumeral(part) ? 1 : comparePart(part, NUMBER);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  if (isNumeral(a) && isNumeral(b)) return compareNumerals(a, b);
  return placeOf(isNumeral(a) ? NUMBER : a) - placeOf(isNumeral(b) ? NUMBER : b);
}
