import { compareLists, compareNumerals, compareTexts, type VersionOrder } from './order.ts';

/** The order of apk-tools. A letter may have a number, e.g. `1.9.5p2`, as Alpine ships it. */
export const apkOrder: VersionOrder = {
  isProper: (version) =>
    /^\d+(?:\.\d+)*(?:[a-z]\d*)?(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*(?:~[0-9a-f]+)?(?:-r\d+)?$/.test(
      version,
    ),
  compare: (a, b) => compareLists(tokensOf(a), tokensOf(b), END, compareTokens),
};

/** What may come next, the newest first. A suffix that stands for a candidate is older than all. */
const KINDS = [
  'number',
  'letter',
  'suffix',
  'suffix-number',
  'hash',
  'revision',
  'end',
  'nothing',
  'invalid',
] as const;

interface Token {
  kind: (typeof KINDS)[number];
  value: string;
}

const END: Token = { kind: 'end', value: '' };
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];
const PLAIN = SUFFIXES.indexOf('');

const TOKENS =
  /(?<number>\.?\d+)|(?<nothing>\.)|(?<letter>[a-z])|_(?<suffix>alpha|beta|pre|rc|cvs|svn|git|hg|p)(?<suffixNumber>\d*)|~(?<hash>[0-9a-f]+)|-r(?<revision>\d*)(?![a-z])|(?<invalid>.)/gsu;

/** Up to the first thing that has no place in a version. */
function tokensOf(version: string): Token[] {
  const tokens: Token[] = [];
  // It begins with a number, if need be with none.
  if (version.startsWith('.')) tokens.push({ kind: 'number', value: '' });
  for (const { groups = {} } of version.matchAll(TOKENS)) {
    const { number, nothing, letter, suffix, suffixNumber, hash, revision, invalid } = groups;
    if (number !== undefined) tokens.push({ kind: 'number', value: number.replace('.', '') });
    if (nothing !== undefined) tokens.push({ kind: 'nothing', value: '' });
    if (letter !== undefined) tokens.push({ kind: 'letter', value: letter });
    if (suffix !== undefined) tokens.push({ kind: 'suffix', value: suffix });
    if (suffixNumber) tokens.push({ kind: 'suffix-number', value: suffixNumber });
    if (hash !== undefined) tokens.push({ kind: 'hash', value: hash });
    if (revision !== undefined) tokens.push({ kind: 'revision', value: revision });
    if (invalid === undefined) continue;
    tokens.push({ kind: 'invalid', value: '' });
    break;
  }
  return tokens;
}

function compareTokens(a: Token, b: Token, index: number): number {
  if (a.kind === b.kind) return compareValues(a, b, index);
  if (isCandidate(a) || isCandidate(b)) return isCandidate(a) ? -1 : 1;
  return KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind);
}

const isCandidate = ({ kind, value }: Token): boolean =>
  kind === 'suffix' && SUFFIXES.indexOf(value) < PLAIN;

function compareValues({ kind, value }: Token, { value: other }: Token, index: number): number {
  if (kind === 'suffix') return SUFFIXES.indexOf(value) - SUFFIXES.indexOf(other);
  const isFraction = kind === 'number' && index > 0 && (isPadded(value) || isPadded(other));
  // Behind a point `09` is less than `5`.
  if (kind === 'letter' || kind === 'hash' || isFraction) return compareTexts(value, other);
  return compareNumerals(value, other);
}

const isPadded = (digits: string): boolean => digits.startsWith('0');
