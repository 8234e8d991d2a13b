import { compareNumerals, isDigit, isLetter, type VersionOrder } from './order.ts';

/** The order of Debian’s policy, 5.6.12, as dpkg has it. */
export const debOrder: VersionOrder = {
  isProper: (version) =>
    /^(?:\d+:[0-9][A-Za-z0-9.+~:-]*|[0-9][A-Za-z0-9.+~-]*)$/.test(version) &&
    !version.endsWith('-'),
  compare(a, b) {
    const left = partsOf(a);
    const right = partsOf(b);
    return (
      compareNumerals(left.epoch, right.epoch) ||
      compareParts(left.upstream, right.upstream) ||
      compareParts(left.revision, right.revision)
    );
  },
};

function partsOf(version: string) {
  const colon = version.indexOf(':');
  const hyphen = version.lastIndexOf('-');
  const hasRevision = hyphen > colon;
  return {
    epoch: colon < 0 ? '' : version.slice(0, colon),
    upstream: version.slice(colon + 1, hasRevision ? hyphen : undefined),
    revision: hasRevision ? version.slice(hyphen + 1) : '',
  };
}

/** Text and digits by turns; a `~` sorts before the end, letters before other signs. */
function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigitAt(a, i)) || (j < b.length && !isDigitAt(b, j))) {
      const difference = weightAt(a, i) - weightAt(b, j);
      if (difference !== 0) return difference;
      i += 1;
      j += 1;
    }
    const startA = i;
    const startB = j;
    while (isDigitAt(a, i)) i += 1;
    while (isDigitAt(b, j)) j += 1;
    const difference = compareNumerals(a.slice(startA, i), b.slice(startB, j));
    if (difference !== 0) return difference;
  }
  return 0;
}

const isDigitAt = (text: string, at: number): boolean => isDigit(text.charCodeAt(at));

function weightAt(text: string, at: number): number {
  if (at >= text.length) return 0;
  const code = text.charCodeAt(at);
  if (isDigit(code)) return 0;
  if (code === 126) return -1;
  return isLetter(code) ? code : code + 256;
}
