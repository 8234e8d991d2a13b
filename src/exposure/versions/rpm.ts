import {
  compareNumerals,
  compareTexts,
  cutAt,
  isDigit,
  isLetter,
  isNumeral,
  type VersionOrder,
} from './order.ts';

/** The order of rpm: epoch, version, release, each by rpmvercmp. */
export const rpmOrder: VersionOrder = {
  isProper: (version) => /^(?:\d+:)?[A-Za-z0-9._+~^]+(?:-[A-Za-z0-9._+~^]+)?$/.test(version),
  compare(a, b) {
    const left = partsOf(a);
    const right = partsOf(b);
    return (
      compareNumerals(left.epoch, right.epoch) ||
      compareParts(left.version, right.version) ||
      compareReleases(left.release, right.release)
    );
  },
};

function partsOf(text: string) {
  const [before, behind] = cutAt(text, ':');
  const hasEpoch = behind !== null && isNumeral(before);
  const [version, release] = cutAt(hasEpoch ? behind : text, '-');
  return { epoch: hasEpoch ? before : '', version, release };
}

/** A version without a release is older than the same one with any. */
function compareReleases(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareParts(a, b);
}

const isWord = (code: number): boolean => isDigit(code) || isLetter(code);
const TILDE = 126;
const CARET = 94;

function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  for (;;) {
    i = skipMarks(a, i);
    j = skipMarks(b, j);
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(j);
    if (left === TILDE || right === TILDE) {
      if (left !== right) return left === TILDE ? -1 : 1;
    } else if (left === CARET || right === CARET) {
      if (left !== right) return caretOrder(left === CARET, i === a.length || j === b.length);
    } else {
      if (i === a.length || j === b.length) return Number(i < a.length) - Number(j < b.length);
      const isKind = isDigit(left) ? isDigit : isLetter;
      const endA = skip(a, i, isKind);
      const endB = skip(b, j, isKind);
      // A number is newer than letters.
      if (endB === j) return isDigit(left) ? 1 : -1;
      const compare = isDigit(left) ? compareNumerals : compareTexts;
      const difference = compare(a.slice(i, endA), b.slice(j, endB));
      if (difference !== 0) return difference;
      i = endA;
      j = endB;
      continue;
    }
    i += 1;
    j += 1;
  }
}

/** A caret is newer than the end, and older than anything else. */
const caretOrder = (isLeft: boolean, isOtherAtEnd: boolean): number =>
  isLeft === isOtherAtEnd ? 1 : -1;

const skipMarks = (text: string, from: number): number =>
  skip(text, from, (code) => !isWord(code) && code !== TILDE && code !== CARET);

function skip(text: string, from: number, isSkipped: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && isSkipped(text.charCodeAt(at))) at += 1;
  return at;
}

/** Epoch and version without the release: what upstream made, e.g. `0:2.28` of `2.28-164.el8`. */
export function upstreamOf(version: string): string {
  const { epoch, version: upstream } = partsOf(version);
  return `${epoch === '' ? '0' : epoch}:${upstream}`;
}
