import type { Clues } from './clues.ts';

/** What speaks against an offer, and how much: ideas, a form of words, or what else a question is. */
export type Against = readonly (readonly [string | RegExp | ((clues: Clues) => boolean), number])[];

/** How much of a ladder holds for a question, all taken together. */
export const against = (clues: Clues, ladder: Against): number =>
  ladder.reduce((sum, [sign, cost]) => (holds(clues, sign) ? sum + cost : sum), 0);

function holds(clues: Clues, sign: Against[number][0]): boolean {
  if (typeof sign === 'function') return sign(clues);
  return typeof sign === 'string' ? clues.has(sign) : clues.says(sign);
}
