import { table } from '../../shared/table.ts';
import {
  compareLists,
  compareNumerals,
  compareTexts,
  isNumeral,
  type VersionOrder,
} from './order.ts';

/** The order that Maven's reference of the POM describes, "version order specification". */
export const mavenOrder: VersionOrder = {
  isProper: (version) => /^[\w.+-]+$/.test(version),
  compare: (a, b) => compareLists(tokensOf(a), tokensOf(b), undefined, compareAt),
};

interface Token {
  separator: '.' | '-';
  /** Digits, or a qualifier in lower case; empty is a release. */
  value: string;
  isPadding?: true;
}

const ALIASES = table<string>({ cr: 'rc', ga: '', final: '', release: '' });
/** What these letters mean before a digit. */
const SHORT = table<string>({ a: 'alpha', b: 'beta', m: 'milestone' });
const KNOWN = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];

/** A number, a word, or the absence of either between two separators. */
const WORD = /([.-]|^|(?<=\d)(?=[^\d.-])|(?<=[^\d.-])(?=\d))(\d+|[^\d.-]+|)/g;

function tokensOf(version: string): Token[] {
  const text = version.toLowerCase();
  const tokens: Token[] = [];
  for (const { 0: whole, 1: mark, 2: word = '', index } of text.matchAll(WORD)) {
    const isShort = isDigitAt(text, index + whole.length);
    const value = word === '' ? '0' : qualifierOf(word, isShort);
    tokens.push({ separator: mark === '.' ? '.' : '-', value });
  }
  const [first] = tokens;
  if (first) first.separator = '.';
  return withoutNulls(tokens);
}

const isDigitAt = (text: string, at: number): boolean => /^\d$/.test(text.charAt(at));

function qualifierOf(word: string, isBeforeDigit: boolean): string {
  const long = isBeforeDigit ? SHORT.get(word) : undefined;
  if (long !== undefined) return long;
  return ALIASES.get(word) ?? word;
}

/** Without zeros and releases at the end, and before each hyphen. */
function withoutNulls(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  let isTrimming = true;
  for (const [index, token] of [...tokens.entries()].reverse()) {
    if (isTrimming && index > 0 && isNull(token)) continue;
    isTrimming = token.separator === '-';
    kept.push(token);
  }
  return kept.reverse();
}

const isNull = ({ value }: Token): boolean => /^0*$/.test(value);

function compareAt(a: Token | undefined, b: Token | undefined): number {
  const left = a ?? paddingBeside(b);
  const right = b ?? paddingBeside(a);
  if (left.separator !== right.separator) return rankOf(left) - rankOf(right);
  const isNumberA = isNumeral(left.value);
  const isNumberB = isNumeral(right.value);
  if (isNumberA && isNumberB) return compareNumerals(left.value, right.value);
  if (isNumberA && !left.isPadding) return 1;
  if (isNumberB && !right.isPadding) return -1;
  return knownRank(left.value) - knownRank(right.value) || compareTexts(left.value, right.value);
}

function paddingBeside(token: Token | undefined): Token {
  const separator = token?.separator ?? '-';
  const isZero = separator === '.' && token?.value !== 'sp';
  return { separator, value: isZero ? '0' : '', isPadding: true };
}

/** `.qualifier` < `-qualifier` < `-number` < `.number`. */
function rankOf({ separator, value }: Token): number {
  if (isNumeral(value)) return separator === '-' ? 2 : 3;
  return separator === '-' ? 1 : 0;
}

function knownRank(qualifier: string): number {
  const rank = KNOWN.indexOf(qualifier);
  return rank < 0 ? KNOWN.length : rank;
}
