import MiniSearch from 'minisearch';
import { findMentions } from './lexicon.ts';
import { askedWords } from './words/asked-words.ts';

/** Forms of lines whose questions were like these words, the likeliest first. */
export type Ranker = (words: readonly string[]) => RankedForm[];

export interface RankedForm {
  form: string;
  /** How likely it is beside the first, which has 1. */
  share: number;
}

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
  // The library adds up what it finds for each sign, and multiplies by how many it found: what signs have by
  // themselves is kept, since a long question has two hundred. No more are kept than the index has.
  const bySign = new Map<string, Scored[]>();
  const rowOf = new Map(rows.map(({ id }, row) => [id, row]));
  const rowsWith = (sign: string): Scored[] => {
    const known = bySign.get(sign);
    if (known !== undefined) return known;
    const results = index.search(sign, { tokenize: (text) => [text] });
    const found = results.map(({ id, score }) => ({ row: rowOf.get(id as string) ?? 0, score }));
    if (found.length > 0) bySign.set(sign, found);
    return found;
  };
  return (words) => {
    const scores = new Float64Array(rows.length);
    const signs = new Uint16Array(rows.length);
    const found: number[] = [];
    for (const sign of signsOf(words.join(' '))) {
      for (const { row, score } of rowsWith(sign)) {
        if (signs[row] === 0) found.push(row);
        scores[row] = (scores[row] ?? 0) + score;
        signs[row] = (signs[row] ?? 0) + 1;
      }
    }
    for (const row of found) scores[row] = (scores[row] ?? 0) * (signs[row] ?? 0);
    const likeliest = found.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    const first = scores[likeliest[0] ?? 0] || 1;
    return likeliest
      .slice(0, RANKED_MAX)
      .map((row) => ({ form: rows[row]?.id ?? '', share: (scores[row] ?? 0) / first }));
  };
}

/** A row of `askedWords`, and how well a sign fits it. */
interface Scored {
  row: number;
  score: number;
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
