import { fillers } from './fillers.ts';
import { kinds } from './kinds.ts';
import type { WordList } from './word-list.ts';

/** The ideas that the phrases of a kind stand for. */
export interface KindIdeas {
  all: readonly string[];
  others: string;
}

/** The ideas of the kind at a place of the list. */
export const ideasOfKind = (at: number): KindIdeas => ({
  all: (kinds[at]?.all ?? []).map((_phrases, index) => `KIND_${at}_${index}`),
  others: `KIND_${at}_WITH`,
});

/** Without words that say nothing in any question, and that no line has to make use of. */
const telling = (phrases: string): string =>
  phrases
    .split('|')
    .filter((phrase) => !fillers.has(phrase))
    .join('|');

/** The phrases of every kind, by those ideas. */
export const kindWords: WordList = Object.fromEntries(
  kinds.flatMap((kind, at) => {
    const { all, others } = ideasOfKind(at);
    const more = telling(kind.with ?? '');
    return [
      ...all.map((idea, index) => [idea, kind.all[index] ?? '']),
      ...(more === '' ? [] : [[others, more]]),
    ];
  }),
);

/** True for an idea of such a kind: it says nothing to others. */
export const isOfKind = (idea: string): boolean => idea.startsWith('KIND_');
