import type { Rule } from '../../rules/rule.ts';
import type { Clues } from '../clues.ts';
import type { Offer } from '../offer.ts';

/** What recognisers know beside the question. */
export interface Vocabulary {
  rules: readonly Pick<Rule, 'id' | 'facet'>[];
}

/** Ways to understand a question as one command; none where it is about something else. */
export type Frame = (clues: Clues, vocabulary: Vocabulary) => Offer[];
