import { capabilityTerms } from './capabilities.ts';
import { engineTerms } from './engine.ts';
import { imageTerms } from './images.ts';
import { isolationTerms } from './isolation.ts';
import { kernelTerms } from './kernel.ts';
import { namespaceTerms } from './namespaces.ts';
import { seawallTerms } from './seawall.ts';
import type { Term } from './term.ts';

/** Every term that `explain` knows, by subject. */
export const termGroups: readonly { title: string; terms: readonly Term[] }[] = [
  { title: 'Controls of the kernel', terms: kernelTerms },
  { title: 'Capabilities', terms: capabilityTerms },
  { title: 'Namespaces', terms: namespaceTerms },
  { title: 'Isolation', terms: isolationTerms },
  { title: 'The engine', terms: engineTerms },
  { title: 'Images', terms: imageTerms },
  { title: 'Seawall’s own words', terms: seawallTerms },
];

export const terms: readonly Term[] = termGroups.flatMap((group) => group.terms);

/** A word as terms are compared: case, blanks, `_` and leading dashes do not count. */
export const normalTerm = (word: string): string =>
  word
    .toLowerCase()
    .split(/[\s_-]/)
    .filter(Boolean)
    .join('-');

const byWord: ReadonlyMap<string, Term> = new Map(
  terms.flatMap((term) =>
    [term.id, term.name, ...term.aliases].map((word) => [normalTerm(word), term]),
  ),
);

/** Every word that leads to a term, in the form of `normalTerm`. */
export const termWords: readonly string[] = [...byWord.keys()];

/** The term that a word names: its id, its name or an alias. */
export const findTerm = (word: string): Term | null => byWord.get(normalTerm(word)) ?? null;
