import { isFiller, isKnownWord, isOrdinaryWord } from './lexicon.ts';
import type { Token } from './split-question.ts';
import { slipsBetween } from './typos.ts';

/** A host or a container that a question names. */
export interface FoundName {
  name: string;
  from: number;
  length: number;
  /**
   * `exact`: the whole name, whatever stands between its parts. `beginning`: the first part of the one
   * name that begins so. `slip`: one letter differs. `word`: it is an ordinary word as well.
   */
  how: 'exact' | 'beginning' | 'slip' | 'word';
}

const WINDOW = 3;
const BEGINNING_MIN = 3;

const bare = (text: string): string => text.toLowerCase().replace(/[-_.\s]/g, '');
const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Names within a question, the longest first at each place; `taken` places are left alone. */
export function findNames(
  tokens: readonly Token[],
  names: readonly string[],
  taken: ReadonlySet<number>,
): FoundName[] {
  const byBare = new Map(names.map((name) => [bare(name), name]));
  const found: FoundName[] = [];
  for (let from = 0; from < tokens.length; from++) {
    if (taken.has(from)) continue;
    const whole = wholeName(tokens, from, byBare, taken);
    const name = whole ?? partName(tokens[from]?.text ?? '', from, names);
    if (name === null) continue;
    found.push(name);
    from += name.length - 1;
  }
  return found;
}

function wholeName(
  tokens: readonly Token[],
  from: number,
  byBare: ReadonlyMap<string, string>,
  taken: ReadonlySet<number>,
): FoundName | null {
  for (let length = Math.min(WINDOW, tokens.length - from); length > 0; length--) {
    const window = tokens.slice(from, from + length).map(({ text }) => text);
    if (window.some((_text, index) => taken.has(from + index))) continue;
    const name = byBare.get(bare(window.join('')));
    if (name === undefined) continue;
    const isWord = length === 1 && isOrdinaryWord(tokens[from]?.word ?? '');
    return { name, from, length, how: isWord ? 'word' : 'exact' };
  }
  return null;
}

function partName(text: string, from: number, names: readonly string[]): FoundName | null {
  if (text.length < BEGINNING_MIN || isFiller(text)) return null;
  const isKnown = isKnownWord(text);
  const beginning = names.filter((name) => {
    const small = name.toLowerCase();
    return small.startsWith(text) && /^[^a-z0-9]/.test(small.slice(text.length));
  });
  const [only] = beginning;
  if (only !== undefined && beginning.length === 1 && !isKnown) {
    return { name: only, from, length: 1, how: 'beginning' };
  }
  if (isKnown || beginning.length > 1) return null;
  const near = names.filter(
    (name) =>
      name.length >= 5 &&
      digitsOf(name) === digitsOf(text) &&
      slipsBetween(text, name.toLowerCase(), 1) === 1,
  );
  const [slip] = near;
  return slip !== undefined && near.length === 1
    ? { name: slip, from, length: 1, how: 'slip' }
    : null;
}
