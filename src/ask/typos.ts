import { slipsBetween } from '../shared/nearest.ts';

const LENGTH_MIN = 5;
const SWAPPED_MIN = 4;
/** From so many letters on two slips are forgiven. */
const LENGTH_OF_TWO = 9;

/**
 * The one known word that was probably meant by another: one slip (a letter too many, too few, another,
 * or two swapped), two in a long word, and the first letter is right. Null where none or several are.
 */
export function correctWord(word: string, known: Iterable<string>): string | null {
  if (word.length < SWAPPED_MIN || !/^[a-z]+$/.test(word)) return null;
  const most = word.length >= LENGTH_OF_TWO ? 2 : 1;
  let best: string[] = [];
  let bestSlips = most + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > most || candidate.length < SWAPPED_MIN) continue;
    if (candidate[0] !== word[0]) continue;
    if (candidate.length < LENGTH_MIN && !isShortSlip(word, candidate)) continue;
    const slips = slipsBetween(word, candidate, most);
    if (slips > most || slips > bestSlips) continue;
    best = slips < bestSlips ? [candidate] : [...best, candidate];
    bestSlips = slips;
  }
  return likeliest(word, best);
}

/**
 * Of words that are as near: the only one, the one with two letters swapped (“detials”), or of the forms of one
 * word that which ends as it was typed (“isolatd” is “isolated”, not “isolate”).
 */
function likeliest(word: string, alike: readonly string[]): string | null {
  const [first = null, second] = alike;
  if (second === undefined) return first;
  const places = Array.from({ length: word.length - 1 }, (_, at) => at);
  const [swap, otherSwap] = alike.filter((one) => places.some((at) => swapped(word, at) === one));
  if (swap !== undefined && otherSwap === undefined) return swap;
  const longest = alike.reduce((long, one) => (one.length > long.length ? one : long));
  if (!alike.every((one) => longest.startsWith(one))) return null;
  const [ending, otherEnding] = alike.filter((one) => one.at(-1) === word.at(-1));
  return ending !== undefined && otherEnding === undefined ? ending : null;
}

/** The word with two letters swapped that stand side by side, at a place. */
const swapped = (word: string, at: number): string =>
  `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;

/** “scna”, “rooot”: two letters that were swapped, or one that was typed too often. */
const isShortSlip = (word: string, other: string): boolean =>
  word.length === other.length
    ? [1, 2].some((at) => word.length === SWAPPED_MIN && swapped(word, at) === other)
    : word.replace(/(.)\1\1/, '$1$1') === other ||
      (word.length > other.length && word.replace(/(.)\1/, '$1') === other);
