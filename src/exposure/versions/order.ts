/** Longer than any version that a package manager made. */
export const VERSION_CHARACTERS_MAX = 1_000;

/** How one scheme orders its versions. All take time linear in their lengths, whatever they hold. */
export interface VersionOrder {
  /**
   * True for a version of the form that the scheme’s own tool accepts. Others have a place in the
   * order too, as old tools gave them one, but nothing follows from it.
   */
  isProper(version: string): boolean;
  /** Negative when `a` is older, 0 when they are equal, positive when it is newer. */
  compare(a: string, b: string): number;
  /** The same in two steps, for versions that are compared with many. */
  byParts?: { partsOf(version: string): unknown; compare(a: unknown, b: unknown): number };
}

/** Compares two texts of digits by their value, which may be of any size; an empty one is 0. */
export function compareNumerals(a: string, b: string): number {
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  return left.length - right.length || compareTexts(left, right);
}

/** Compares by code units. */
export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

/** Digits alone, at least one. */
export const isNumeral = (text: string): boolean => /^\d+$/.test(text);

/** Numbers by their value, texts by code units; a text beside a number is older (-1) or newer (1). */
export function compareWords(a: string, b: string, textIs: -1 | 1): number {
  const isNumberA = isNumeral(a);
  const isNumberB = isNumeral(b);
  if (isNumberA && isNumberB) return compareNumerals(a, b);
  return textIs * (Number(isNumberB) - Number(isNumberA)) || compareTexts(a, b);
}

/** Part by part, down to the first that differ; `missing` stands behind the end of the shorter list. */
export function compareLists<T, M>(
  a: readonly T[],
  b: readonly T[],
  missing: M,
  compare: (a: T | M, b: T | M, index: number) => number,
): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = compare(a[index] ?? missing, b[index] ?? missing, index);
    if (difference !== 0) return difference;
  }
  return 0;
}

function withoutZeros(digits: string): string {
  let start = 0;
  while (digits.charCodeAt(start) === 48) start += 1;
  return start === 0 ? digits : digits.slice(start);
}

/** Cuts at the first mark: what stands before it and behind it, null without one. */
export function cutAt(text: string, mark: string): [before: string, behind: string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + mark.length)];
}
