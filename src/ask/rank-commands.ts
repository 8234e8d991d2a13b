import MiniSearch from 'minisearch';
import type { Command } from '../command/command.ts';
import { isFiller } from './lexicon.ts';
import { singular } from './split-question.ts';

/** Names of commands that may answer a text, the likeliest first. */
export type Ranker = (text: string) => string[];

const RANKED_MAX = 3;

/** Ranks commands by the words of their declarations, for questions that no recogniser knows. */
export function openRanker(commands: readonly Command[]): Ranker {
  const index = new MiniSearch<Pick<Command, 'name' | 'summary' | 'usage'>>({
    idField: 'name',
    fields: ['name', 'summary', 'usage'],
    processTerm: (term) => {
      const word = singular(term.toLowerCase());
      return isFiller(word) || word.length < 3 ? null : word;
    },
    searchOptions: { boost: { name: 3, summary: 2 }, fuzzy: 0.15 },
  });
  index.addAll(commands.filter(({ words }) => words.minimum === 0));
  return (text) =>
    index
      .search(text)
      .slice(0, RANKED_MAX)
      .map(({ id }) => id as string);
}
