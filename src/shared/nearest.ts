/** The candidate that is most likely meant, or undefined when none is close: a third of it may differ. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = beginning(word);
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const most = Math.max(1, Math.floor(candidate.length / 3));
    const slips = slipsBetween(meant, beginning(candidate), most);
    if (slips <= most && slips < fewest) {
      best = candidate;
      fewest = slips;
    }
  }
  return best;
}

/** As `nearest`, else the only candidate that begins with what was typed, of three letters at least. */
export function nearestOrBegun(word: string, candidates: readonly string[]): string | undefined {
  const near = nearest(word, candidates);
  if (near !== undefined || word.length < BEGINNING_MIN) return near;
  const begun = candidates.filter((candidate) => candidate.startsWith(word.toLowerCase()));
  return begun.length === 1 ? begun[0] : undefined;
}

const BEGINNING_MIN = 3;
const COMPARED_MAX = 64;

const beginning = (word: string): string => word.toLowerCase().slice(0, COMPARED_MAX);

/** How many slips (a letter too many, too few, another, or two swapped) lie between two words; anything above `most` once it is clear that it is more. */
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
