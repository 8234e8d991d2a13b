import MiniSearch from 'minisearch';
import { askedWords } from './words/asked-words.ts';

/** Forms of lines whose questions were like these words, the likeliest first. */
export type Ranker = (words: readonly string[]) => string[];

const RANKED_MAX = 12;

/** Ranks forms of lines by the words of the questions that they answered so far. */
export function openRanker(): Ranker {
  const index = new MiniSearch<{ id: string; words: string }>({
    fields: ['words'],
    tokenize: (text) => text.split(' '),
    processTerm: (term) => term,
  });
  const rows = askedWords.split('\n').flatMap((row) => {
    const end = row.indexOf(': ');
    return end < 0 ? [] : [{ id: row.slice(0, end), words: row.slice(end + 2) }];
  });
  index.addAll(rows);
  return (words) =>
    index
      .search([...new Set(words)].join(' '))
      .slice(0, RANKED_MAX)
      .map(({ id }) => id as string);
}
