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

/** The forms whose questions had a sign, and how well it fits each. */
interface Scored {
  rows: Uint16Array;
  scores: Float64Array;
}

/** BM25: how soon more of a sign counts no more, how much a long form counts less, and what one is worth in any case. */
const [SATURATION, BY_LENGTH, LEAST] = [1.2, 0.7, 0.5];

/**
 * Ranks forms of lines by the questions that they answered so far: by their words, by pairs of words that
 * follow each other, and by what phrases of theirs stand for.
 */
function openRanker(): Ranker {
  const [rows = '', signs = ''] = askedSigns.split('\n\n');
  const forms = rows.split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
  const lengths = rows.split('\n').map((line) => Number.parseInt(line, 10));
  const average = lengths.reduce((sum, length) => sum + length, 0) / forms.length;
  const entries = signs.split('| ').map((entry) => [entry.split(' ', 1)[0] ?? '', entry] as const);
  const entryOf = new Map(entries.filter(([sign]) => sign !== ''));
  // A long question has two hundred signs: what each has by itself is kept.
  const known = new Map<string, Scored>();
  const scored = (entry: string): Scored => {
    const [, ...counts] = entry.trimEnd().split(' ');
    const rarity = Math.log(1 + (forms.length - counts.length + 0.5) / (counts.length + 0.5));
    const found = counts.map((one) => {
      const [row = 0, count = 1] = one.split(':').map(Number);
      const room = 1 - BY_LENGTH + (BY_LENGTH * (lengths[row] ?? 0)) / average;
      const often = (count * (SATURATION + 1)) / (count + SATURATION * room);
      return { row, score: rarity * (LEAST + often) };
    });
    found.sort((a, b) => b.score - a.score);
    return {
      rows: Uint16Array.from(found, ({ row }) => row),
      scores: Float64Array.from(found, ({ score }) => score),
    };
  };
  return (words) => {
    const scores = new Float64Array(forms.length);
    const fitting = new Uint16Array(forms.length);
    const found: number[] = [];
    for (const sign of signsOf(words)) {
      const entry = entryOf.get(sign);
      if (entry === undefined) continue;
      const fits = known.get(sign) ?? scored(entry);
      known.set(sign, fits);
      for (let at = 0; at < fits.rows.length; at += 1) {
        const row = fits.rows[at] ?? 0;
        if (fitting[row] === 0) found.push(row);
        scores[row] = (scores[row] ?? 0) + (fits.scores[at] ?? 0);
        fitting[row] = (fitting[row] ?? 0) + 1;
      }
    }
    for (const row of found) scores[row] = (scores[row] ?? 0) * (fitting[row] ?? 0);
    const likeliest = found.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    const first = scores[likeliest[0] ?? 0] || 1;
    return likeliest
      .slice(0, RANKED_MAX)
      .map((row) => ({ form: forms[row] ?? '', share: (scores[row] ?? 0) / first }));
  };
}

/** Opened once, by whoever loads this module first. */
export const rankLines: Ranker = openRanker();
