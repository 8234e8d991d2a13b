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
  const formsWith = (sign: string): Scored[] => {
    const known = bySign.get(sign);
    if (known !== undefined) return known;
    const results = index.search(sign, { tokenize: (text) => [text] });
    const found = results.map(({ id, score }) => ({ form: id as string, score }));
    if (found.length > 0) bySign.set(sign, found);
    return found;
  };
  return (words) => {
    const sums = new Map<string, { score: number; signs: number }>();
    for (const sign of signsOf(words.join(' '))) {
      for (const { form, score } of formsWith(sign)) {
        const sum = sums.get(form) ?? { score: 0, signs: 0 };
        sum.score += score;
        sum.signs += 1;
        sums.set(form, sum);
      }
    }
    const likeliest = [...sums].toSorted(([, a], [, b]) => b.score * b.signs - a.score * a.signs);
    const scored = likeliest.map(([form, { score, signs }]) => ({ form, score: score * signs }));
    const first = scored[0]?.score ?? 1;
    return scored.slice(0, RANKED_MAX).map(({ form, score }) => ({ form, share: score / first }));
  };
}

/** A form, and how well a sign fits it. */
interface Scored {
  form: string;
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
