import { compareNumerals, compareTexts, isNumeral, type VersionOrder } from './order.ts';

/** The order of `Gem::Version`. */
export const rubygemsOrder: VersionOrder = {
  isProper: (version) =>
    /^\d+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(version),
  compare(a, b) {
    const left = segmentsOf(a);
    const right = segmentsOf(b);
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
      const difference = compareSegments(left[index] ?? '0', right[index] ?? '0');
      if (difference !== 0) return difference;
    }
    return 0;
  },
};

/** Runs of digits and of letters, without the zeros before the first letters and at the end. */
function segmentsOf(version: string): string[] {
  const segments = version.replaceAll('-', '.pre.').match(/\d+|[A-Za-z]+/g) ?? [];
  const firstText = segments.findIndex((segment) => !isNumeral(segment));
  if (firstText < 0) return withoutZeros(segments);
  return [
    ...withoutZeros(segments.slice(0, firstText)),
    ...withoutZeros(segments.slice(firstText)),
  ];
}

function withoutZeros(segments: readonly string[]): string[] {
  const last = segments.findLastIndex((segment) => !/^0+$/.test(segment));
  return segments.slice(0, last + 1);
}

/** Text is older than any number. */
function compareSegments(a: string, b: string): number {
  const isNumberA = isNumeral(a);
  const isNumberB = isNumeral(b);
  if (isNumberA && isNumberB) return compareNumerals(a, b);
  return Number(isNumberA) - Number(isNumberB) || compareTexts(a, b);
}
