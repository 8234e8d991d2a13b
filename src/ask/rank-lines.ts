import { signsOf } from './question-signs.ts';
import { askedSigns } from './words/asked-signs.ts';

/** Forms of lines whose questions were like these words, the likeliest first. */
export type Ranker = (words: readonly string[]) => RankedForm[];

export interface RankedForm {
  form: string;
  /** How likely it is beside the first, which has 1. */
  share: number;
}

const RANKED_MAX = 12;

/** Of BM25+: how soon more of the same adds little, how much a long row loses, and what one that fits has at least. */
const SOON = 1.2;
const LOSS = 0.7;
const LEAST = 0.5;

/** A form of a line, and how well a sign fits the questions that it answered. */
interface Scored {
  row: number;
  score: number;
}

/**
 * Ranks forms of lines by the questions that they answered so far: by their words, by pairs of words that
 * follow each other, and by what phrases of theirs stand for.
 */
function openRanker(): Ranker {
  const [forms = '', signs = ''] = askedSigns.split('\n\n');
  const rows = forms.split('\n').map((line) => {
    const [, length = '', form = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
    return { form, length: Number(length) };
  });
  const average = rows.reduce((sum, { length }) => sum + length, 0) / rows.length;
  const countsOf = new Map(
    signs.split('| ').map((entry) => {
      const end = entry.indexOf(' ');
      return [entry.slice(0, end), entry.slice(end + 1).trimEnd()];
    }),
  );
  // What a sign has by itself is kept, since a long question has two hundred. No more are kept than there are.
  const bySign = new Map<string, Scored[]>();
  const rowsWith = (sign: string): Scored[] => {
    const known = bySign.get(sign);
    const counts = countsOf.get(sign);
    if (known !== undefined || counts === undefined) return known ?? [];
    const found = counts.split(' ').map((one) => one.split(':').map(Number));
    const rarity = Math.log(1 + (rows.length - found.length + 0.5) / (found.length + 0.5));
    const scored = found.map(([row = 0, count = 1]) => {
      const longer = (rows[row]?.length ?? 0) / average;
      const share = (count * (SOON + 1)) / (count + SOON * (1 - LOSS + LOSS * longer));
      return { row, score: rarity * (LEAST + share) };
    });
    bySign.set(sign, scored);
    return scored;
  };
  return (words) => {
    const scores = new Float64Array(rows.length);
    const fitting = new Uint16Array(rows.length);
    const found: number[] = [];
    for (const sign of signsOf(words)) {
      for (const { row, score } of rowsWith(sign)) {
        if (fitting[row] === 0) found.push(row);
        scores[row] = (scores[row] ?? 0) + score;
        fitting[row] = (fitting[row] ?? 0) + 1;
      }
    }
    for (const row of found) scores[row] = (scores[row] ?? 0) * (fitting[row] ?? 0);
    const likeliest = found.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    const first = scores[likeliest[0] ?? 0] || 1;
    return likeliest
      .slice(0, RANKED_MAX)
      .map((row) => ({ form: rows[row]?.form ?? '', share: (scores[row] ?? 0) / first }));
  };
}

/** Opened once, by whoever loads this module first. */
export const rankLines: Ranker = openRanker();
