import MiniSearch from 'minisearch';
import { findMentions } from './lexicon.ts';
import { askedWords } from './words/asked-words.ts';

/** Forms of lines whose questions were like these words, the likeliest first. */
export type Ranker = (words: readonly string[]) => string[];

/** What stands for questions that no line answers. */
export const NO_FORM = 'nothing';

const RANKED_MAX = 12;

/** Forms between which others have their turn: reading all takes most of a second on a busy machine. */
const FORMS_AT_ONCE = 4;

/**
 * Ranks forms of lines by the questions that they answered so far: by their words, by pairs of words that
 * follow each other, and by what phrases of theirs stand for.
 */
async function openRanker(): Promise<Ranker> {
  const index = new MiniSearch<{ id: string; questions: string }>({
    fields: ['questions'],
    // Called when it is the turn of a form.
    tokenize: (text) => text.split(' | ').flatMap(signsOf),
    processTerm: (term) => term,
  });
  const rows = askedWords.split('\n').flatMap((row) => {
    const end = row.indexOf(': ');
    return end < 0 ? [] : [{ id: row.slice(0, end), questions: row.slice(end + 2) }];
  });
  await index.addAllAsync(rows, { chunkSize: FORMS_AT_ONCE });
  // What is not run is ranked once more, to be offered.
  let last = { question: '', forms: [] as string[] };
  return (words) => {
    const question = words.join(' ');
    if (question !== last.question) {
      const found = index.search(question).slice(0, RANKED_MAX);
      last = { question, forms: found.map(({ id }) => id as string) };
    }
    return last.forms;
  };
}

/** What a question is told by; each once. */
function signsOf(question: string): string[] {
  const words = question.split(' ');
  const pairs = words.slice(1).map((word, at) => `${words[at]}_${word}`);
  const ideas = findMentions(words).map(({ idea }) => `#${idea}`);
  return [...new Set([...words, ...pairs, ...ideas])];
}

/** Opened once, by whoever loads this module first. */
export const rankLines: Ranker = await openRanker();
