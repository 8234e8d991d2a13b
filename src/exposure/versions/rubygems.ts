import { compareLists, compareWords, isNumeral, type VersionOrder } from './order.ts';

/** The order of `Gem::Version`. */
export const rubygemsOrder: VersionOrder = {
  isProper: (version) =>
    /^\d+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(version),
  compare: (a, b) => compareLists(segmentsOf(a), segmentsOf(b), '0', compareSegments),
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

const compareSegments = (a: string, b: string): number => compareWords(a, b, -1);
