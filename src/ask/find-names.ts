import { addTo } from '../shared/add-to.ts';
import { slipsBetween } from '../shared/nearest.ts';
import { onceForEach } from '../shared/once.ts';
import type { Place } from './find-subjects.ts';
import { isFiller, isKnownWord, isOrdinaryWord } from './lexicon.ts';
import type { Token } from './split-question.ts';

/** A host or a container that a question names. */
export interface FoundName extends Place {
  name: string;
  /**
   * `exact`: the whole name, whatever stands between its parts. `beginning`: the first part of the one
   * name that begins so. `slip`: one letter differs. `word`: it is an ordinary word as well.
   */
  how: 'exact' | 'beginning' | 'slip' | 'word';
}

/** Names, to be found by what people write of them. */
export interface NameIndex {
  byBare: ReadonlyMap<string, string>;
  /** By what stands before a mark; null where several begin so. */
  byBeginning: ReadonlyMap<string, string | null>;
  /** Long ones by their first letter and their length. */
  byShape: ReadonlyMap<string, readonly string[]>;
}

const WINDOW = 3;
const BEGINNING_MIN = 3;
const SLIP_MIN = 5;

const bare = (text: string): string => text.toLowerCase().replace(/[-_.\s]/g, '');
const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Makes those of the names findable that the tokens may mean: a fleet has ten thousand, a question few. */
export function indexNames(all: readonly string[], tokens: readonly Token[]): NameIndex {
  const names = possibleNames(all, tokens);
  const byBare = new Map<string, string>();
  const byBeginning = new Map<string, string | null>();
  const byShape = new Map<string, string[]>();
  for (const name of names) {
    const small = name.toLowerCase();
    byBare.set(bare(name), name);
    for (const { index } of small.matchAll(/[^a-z0-9]/g)) {
      const beginning = small.slice(0, index);
      if (beginning.length < BEGINNING_MIN) continue;
      const before = byBeginning.get(beginning);
      byBeginning.set(beginning, before === undefined || before === name ? name : null);
    }
    if (small.length < SLIP_MIN) continue;
    addTo(byShape, `${small[0]}${small.length}`, name);
  }
  return { byBare, byBeginning, byShape };
}

/** Names that begin like a token or tokens together, and those of the length of one. */
function possibleNames(names: readonly string[], tokens: readonly Token[]): string[] {
  const beginnings = new Set<string>();
  const shapes = new Set<string>();
  tokens.forEach(({ text }, at) => {
    const behind = tokens.slice(at, at + WINDOW).map((token) => token.text);
    beginnings.add(bare(behind.join('')).slice(0, BEGINNING_MIN));
    beginnings.add(bare(text).slice(0, BEGINNING_MIN));
    for (const length of [-1, 0, 1]) shapes.add(shapeOf(text, text.length + length));
  });
  const places = placesOf(names);
  const meant = new Set<number>();
  for (const key of [...beginnings, ...shapes]) {
    for (const place of places.get(key) ?? []) meant.add(place);
  }
  return [...meant].sort((a, b) => a - b).flatMap((place) => names[place] ?? []);
}

/** A question is read in parts, over the same names each time. */
const placesOf = onceForEach(placesByForm);

/** Where names stand, by how they begin, and by their first letter with their length. */
function placesByForm(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [place, name] of names.entries()) {
    addTo(places, bare(name.slice(0, 2 * BEGINNING_MIN)).slice(0, BEGINNING_MIN), place);
    addTo(places, shapeOf(name.toLowerCase(), name.length), place);
  }
  return places;
}

/** Never like the beginning of a name. */
const shapeOf = (small: string, length: number): string => `${small[0]} ${length}`;

/** Names within a question, the longest first at each place; `taken` places are left alone. Of hosts a word of the language may be the beginning. */
export function findNames(
  tokens: readonly Token[],
  names: NameIndex,
  taken: ReadonlySet<number>,
  ofHosts = false,
): FoundName[] {
  const found: FoundName[] = [];
  for (let from = 0; from < tokens.length; from++) {
    if (taken.has(from)) continue;
    const whole = wholeName(tokens, from, names, taken);
    const name = whole ?? partName(tokens, from, names, ofHosts);
    if (name === null) continue;
    found.push(name);
    from += name.length - 1;
  }
  return found;
}

/** Names that differ from a text by one letter, and not in their numbers. */
export function namesBySlip(text: string, { byShape }: NameIndex): string[] {
  const lengths = [text.length - 1, text.length, text.length + 1];
  return lengths
    .flatMap((length) => byShape.get(`${text[0]}${length}`) ?? [])
    .filter((name) => digitsOf(name) === digitsOf(text))
    .filter((name) => slipsBetween(text, name.toLowerCase(), 1) === 1);
}

function wholeName(
  tokens: readonly Token[],
  from: number,
  { byBare }: NameIndex,
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

/** “The edge box”, “… on edge”: a word of the language where the name of a host stands. */
function isPlace(tokens: readonly Token[], at: number): boolean {
  const behind = tokens[at + 1]?.word;
  if (behind === undefined) return tokens[at - 1]?.text === 'on';
  return (
    /^(?:host|server|box|machine|node)$/.test(behind) && !/s$/.test(tokens[at + 1]?.text ?? '')
  );
}

function partName(
  tokens: readonly Token[],
  from: number,
  names: NameIndex,
  ofHosts: boolean,
): FoundName | null {
  const text = tokens[from]?.text ?? '';
  if (text.length < BEGINNING_MIN || isFiller(text)) return null;
  const isWord = isKnownWord(text);
  if (isWord && !(ofHosts && isPlace(tokens, from))) return null;
  const beginning = names.byBeginning.get(text);
  if (typeof beginning === 'string') return { name: beginning, from, length: 1, how: 'beginning' };
  if (beginning === null || isWord) return null;
  const [slip, second] = namesBySlip(text, names);
  return slip !== undefined && second === undefined
    ? { name: slip, from, length: 1, how: 'slip' }
    : null;
}
