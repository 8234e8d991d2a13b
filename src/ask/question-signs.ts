import { findMentions } from './lexicon.ts';

/** What stands for questions that no line answers. */
export const NO_FORM = 'nothing';

/** What a question is told by, each once: its words, pairs of words, and what phrases of it stand for. */
export function signsOf(words: readonly string[]): string[] {
  const pairs = words.slice(1).map((word, at) => `${words[at]}_${word}`);
  const ideas = findMentions(words).map(({ idea }) => `#${idea}`);
  return [...new Set([...words, ...pairs, ...ideas])];
}
