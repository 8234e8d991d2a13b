import MiniSearch, { type AsPlainObject } from 'minisearch';
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

/**
 * Ranks forms of lines by the questions that they answered so far: by their words, by pairs of words that
 * follow each other, and by what phrases of theirs stand for.
 */
async function openRanker(): Promise<Ranker> {
  const { forms, index, known } = await openIndex();
  const rowOf = new Map(forms.map((form, row) => [form, row]));
  // The library adds up what it finds for each sign, and multiplies by how many it found: what signs have by
  // themselves is kept, since a long question has two hundred. No more are kept than the index has.
  const scored = (sign: string): Scored => {
    const results = index.search(sign, { tokenize: (text) => [text] });
    return {
      rows: Uint16Array.from(results, ({ id }) => rowOf.get(id as string) ?? 0),
      scores: Float64Array.from(results, ({ score }) => score),
    };
  };
  return (words) => {
    const scores = new Float64Array(forms.length);
    const fitting = new Uint16Array(forms.length);
    const found: number[] = [];
    for (const sign of signsOf(words)) {
      let fits = known.get(sign);
      if (fits === undefined) continue;
      if (fits === null) {
        fits = scored(sign);
        known.set(sign, fits);
      }
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

/** The index as the library would have built it in each process, in half a second: what was counted is written. */
async function openIndex(): Promise<{
  forms: string[];
  index: MiniSearch;
  /** Its signs, each with what it comes to once that was asked for. */
  known: Map<string, Scored | null>;
}> {
  const [rows = '', signs = ''] = askedSigns.split('\n\n');
  const read = rows.split('\n').map((line) => {
    const [, length = '', form = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
    return { form, length: Number(length) };
  });
  const forms = read.map(({ form }) => form);
  const counted = signs.split('| ').flatMap((entry): AsPlainObject['index'] => {
    const [sign = '', ...counts] = entry.trimEnd().split(' ');
    const byRow = counts.map((one) => one.split(':').map(Number));
    const rowsWith = byRow.map(([row = 0, count = 1]): [string, number] => [String(row), count]);
    return sign === '' ? [] : [[sign, { 0: Object.fromEntries(rowsWith) }]];
  });
  const plain: AsPlainObject = {
    ...{ documentCount: forms.length, nextId: forms.length, dirtCount: 0, serializationVersion: 2 },
    ...{
      documentIds: Object.fromEntries(forms.entries()),
      fieldIds: { questions: 0 },
      storedFields: {},
      index: counted,
    },
    fieldLength: Object.fromEntries(read.map(({ length }, row) => [row, [length]])),
    averageFieldLength: [read.reduce((sum, { length }) => sum + length, 0) / forms.length],
  };
  const options = { fields: ['questions'], processTerm: (term: string) => term };
  const known = new Map(counted.map(([sign]) => [sign, null]));
  // In slices: others have their turn between.
  return { forms, known, index: await MiniSearch.loadJSAsync(plain, options) };
}

/** Opened once, by whoever loads this module first. */
export const rankLines: Ranker = await openRanker();
