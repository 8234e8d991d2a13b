import { compareNumerals, isDigit, isLetter, type VersionOrder } from './order.ts';

interface DebParts {
  epoch: string;
  upstream: string;
  revision: string;
}

const byParts = {
  partsOf(version: string) {
    const start = version.indexOf(':') + 1;
    const hyphen = version.lastIndexOf('-');
    const end = hyphen < start ? version.length : hyphen;
    return {
      epoch: version.slice(0, Math.max(start - 1, 0)),
      upstream: version.slice(start, end),
      revision: version.slice(end + 1),
    };
  },
  compare: (a: DebParts, b: DebParts): number =>
    (a.epoch === b.epoch ? 0 : compareNumerals(a.epoch, b.epoch)) ||
    (a.upstream === b.upstream ? 0 : compareParts(a.upstream, b.upstream)) ||
    compareParts(a.revision, b.revision),
};

/** The order of Debian’s policy, 5.6.12, as dpkg has it. */
export const debOrder: VersionOrder = {
  isProper: (version) =>
    /^(?:\d+:[0-9][A-Za-z0-9.+~:-]*|[0-9][A-Za-z0-9.+~-]*)$/.test(version) &&
    !version.endsWith('-'),
  compare: (a, b) => byParts.compare(byParts.partsOf(a), byParts.partsOf(b)),
  byParts,
};

const ZERO = 48;

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
    while (a.charCodeAt(i) === ZERO) i += 1;
    while (b.charCodeAt(j) === ZERO) j += 1;
    // Of two numbers with as many digits the first that differ decide.
    let difference = 0;
    while (isDigitAt(a, i) && isDigitAt(b, j)) {
      difference ||= a.charCodeAt(i) - b.charCodeAt(j);
      i += 1;
      j += 1;
    }
    if (isDigitAt(a, i)) return 1;
    if (isDigitAt(b, j)) return -1;
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
