import { singular } from './split-question.ts';
import { fillers } from './words/fillers.ts';
import { kindWords } from './words/kind-ideas.ts';
import { looks } from './words/looks.ts';
import { ordinary } from './words/ordinary.ts';
import { absence, properties } from './words/properties.ts';
import { risks } from './words/risks.ts';
import { verbs } from './words/verbs.ts';

/** What a place of a question says: `length` words from `from` on. */
export interface Mention {
  idea: string;
  from: number;
  length: number;
}

interface Node {
  next: Map<string, Node>;
  ideas: string[];
}

const LENGTH_MAX = 6;
const LENGTHS = LENGTH_MAX + 1;
const isProperty = new Set(Object.keys(properties));

const root: Node = { next: new Map(), ideas: [] };
const vocabulary = new Set<string>(fillers);
const alone = new Set<string>(fillers);

for (const list of [absence, properties, verbs, looks, risks, kindWords]) {
  for (const [idea, phrases] of Object.entries(list)) {
    for (const phrase of phrases.split('|')) add(phrase, idea);
  }
}

function add(phrase: string, idea: string): void {
  let node = root;
  for (const word of phrase.split(' ').map(singular)) {
    vocabulary.add(word);
    const next = node.next.get(word) ?? { next: new Map(), ideas: [] };
    node.next.set(word, next);
    node = next;
  }
  if (!phrase.includes(' ')) alone.add(singular(phrase));
  if (!node.ideas.includes(idea)) node.ideas.push(idea);
}

/** True for a word that some phrase has, or that every question may have. */
export const isKnownWord = (word: string): boolean => vocabulary.has(word);
/** True for one of everyday English that says little about what a question is about. */
export const isEveryday = (word: string): boolean =>
  ordinary.has(word) ||
  (word.endsWith('ed') && (ordinary.has(word.slice(0, -1)) || ordinary.has(word.slice(0, -2))));
/** True for one that says something by itself. */
export const isOrdinaryWord = (word: string): boolean => alone.has(word);
export const isFiller = (word: string): boolean => fillers.has(word);
export const knownWords = (): Iterable<string> => vocabulary;

/**
 * Everything that the words mention. Of an idea the longest phrases count; of properties of containers
 * the longest at each place, so that a writable root filesystem is nobody's root user.
 */
export function findMentions(words: readonly string[]): Mention[] {
  // By their lengths; those of one length in the order of their places.
  const found: Mention[][] = Array.from({ length: LENGTHS }, () => []);
  for (let from = 0; from < words.length; from++) {
    let node: Node | undefined = root;
    for (let length = 1; length <= LENGTH_MAX && from + length <= words.length; length++) {
      node = node.next.get(words[from + length - 1] ?? '');
      if (node === undefined) break;
      for (const idea of node.ideas) found[length]?.push({ idea, from, length });
    }
  }
  const kept: Mention[] = [];
  const before = new Map<string, Mention[]>();
  for (const mention of found.reverse().flat()) {
    const group = isProperty.has(mention.idea) ? 'property' : mention.idea;
    const others = before.get(group);
    if (others === undefined) before.set(group, [mention]);
    // The same phrase may name two properties.
    else if (
      !others.some((other) => overlaps(other, mention)) ||
      (group === 'property' && others.some((other) => isAt(other, mention)))
    )
      others.push(mention);
    else continue;
    kept.push(mention);
  }
  return kept.sort((a, b) => a.from - b.from);
}

const overlaps = (a: Mention, b: Mention): boolean =>
  a.from < b.from + b.length && b.from < a.from + a.length;
const isAt = (a: Mention, b: Mention): boolean => a.from === b.from && a.length === b.length;

export function range({ from, length }: Pick<Mention, 'from' | 'length'>): number[] {
  const places: number[] = [];
  for (let at = from; at < from + length; at++) places.push(at);
  return places;
}
