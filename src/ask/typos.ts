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
  let best: string | null = null;
  let bestSlips = most + 1;
  let isClear = false;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > most || candidate.length < SWAPPED_MIN) continue;
    if (candidate[0] !== word[0]) continue;
    if (candidate.length < LENGTH_MIN && !isShortSlip(word, candidate)) continue;
    const slips = slipsBetween(word, candidate, most);
    if (slips > most || slips > bestSlips) continue;
    isClear = slips < bestSlips;
    best = candidate;
    bestSlips = slips;
  }
  return isClear ? best : null;
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

/** How many slips lie between two words; anything above `most` once it is clear that it is more. */
export function slipsBetween(left: string, right: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= right.length; j++) {
      const isSame = left[i - 1] === right[j - 1];
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const cell = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
      next[j] = cell;
      least = Math.min(least, cell);
    }
    if (least > most) return least;
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
