import { table } from '../../shared/table.ts';
import {
  compareLists,
  compareNumerals,
  compareTexts,
  compareWords,
  cutAt,
  isNumeral,
  type VersionOrder,
} from './order.ts';

/**
 * The order of PEP 440, as `packaging` has it. What is no version for it is older than all that are,
 * in the order that setuptools gave such versions before.
 */
export const pep440Order: VersionOrder = {
  isProper: (version) => keyOf(version) !== null,
  compare(a, b) {
    const left = keyOf(a);
    const right = keyOf(b);
    if (left !== null && right !== null) return compareKeys(left, right);
    if (left !== null || right !== null) return left === null ? -1 : 1;
    return compareLists(legacyKeyOf(a), legacyKeyOf(b), '', compareLocal);
  },
};

interface Key {
  epoch: string;
  release: string[];
  /** `a`, `b` or `rc` and a number; what is no candidate is `~`, and what is only developed ``. */
  pre: Phase;
  post: string | null;
  dev: string | null;
  local: string[] | null;
}
interface Phase {
  letter: string;
  number: string;
}

const RELEASE = /\d+(?:\.\d+)*/y;
const PRE = /[-_.]?(alpha|beta|preview|pre|rc|a|b|c)(?:[-_.]?(\d+))?/y;
const POST = /-(\d+)|[-_.]?(?:post|rev|r)(?:[-_.]?(\d+))?/y;
const DEV = /[-_.]?dev(?:[-_.]?(\d+))?/y;
const LOCAL = /\+([a-z0-9]+(?:[-_.][a-z0-9]+)*)/y;
const LETTERS = table<string>({
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
});

function keyOf(version: string): Key | null {
  const [before, behind] = cutAt(version.trim().toLowerCase().replace(/^v/, ''), '!');
  const epoch = behind === null ? '' : before;
  const text = behind ?? before;
  if (behind !== null && !isNumeral(epoch)) return null;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found;
  };
  const release = take(RELEASE);
  if (release === null) return null;
  const pre = take(PRE);
  const post = take(POST);
  const dev = take(DEV);
  const local = take(LOCAL);
  if (at !== text.length) return null;
  return {
    epoch,
    release: release[0].split('.'),
    pre: phaseOf(pre, post === null && dev !== null),
    post: post && (post[1] ?? post[2] ?? ''),
    dev: dev && (dev[1] ?? ''),
    local: local?.[1]?.split(/[-_.]/) ?? null,
  };
}

function phaseOf(pre: RegExpExecArray | null, isOnlyDeveloped: boolean): Phase {
  if (pre === null) return { letter: isOnlyDeveloped ? '' : '~', number: '' };
  const [, word = '', number = ''] = pre;
  return { letter: LETTERS.get(word) ?? word, number };
}

function compareKeys(a: Key, b: Key): number {
  return (
    compareNumerals(a.epoch, b.epoch) ||
    compareLists(a.release, b.release, '0', compareNumerals) ||
    compareTexts(a.pre.letter, b.pre.letter) ||
    compareNumerals(a.pre.number, b.pre.number) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLists(a.local ?? [], b.local ?? [], '', compareLocal)
  );
}

/** `none` says where the absence of a number stands beside any: -1 before, 1 behind. */
function compareOptional(a: string | null, b: string | null, none: -1 | 1): number {
  if (a === null || b === null) return none * (Number(a === null) - Number(b === null));
  return compareNumerals(a, b);
}

const compareLocal = (a: string, b: string): number => compareWords(a, b, -1);

const LEGACY = table<string>({
  pre: 'c',
  preview: 'c',
  rc: 'c',
  dev: '@',
  '-': 'final-',
});

/** The parts by which setuptools ordered versions before there was PEP 440. */
function legacyKeyOf(version: string): string[] {
  const parts: string[] = [];
  const words = version.toLowerCase().match(/\d+|[a-z]+|-/g) ?? [];
  for (const word of [...words, 'final']) {
    const part = isNumeral(word) ? word : `*${LEGACY.get(word) ?? word}`;
    if (part.startsWith('*')) {
      if (part < '*final') dropEnd(parts, (last) => last === '*final-');
      dropEnd(parts, (last) => /^0+$/.test(last));
    }
    parts.push(part);
  }
  return parts;
}

function dropEnd(parts: string[], isDropped: (last: string) => boolean): void {
  while (parts.length > 0 && isDropped(parts.at(-1) ?? '')) parts.pop();
}
