import type { Place } from './find-subjects.ts';

/** One way to understand a question. */
export interface Offer {
  command: string;
  /** Words behind the command; clauses for host and time are added. */
  words: readonly string[];
  /** How well it fits, from 0 to 1, before words that it leaves unused count against it. */
  score: number;
  /** Ideas that it makes use of, parted by blanks. */
  uses: string;
  /** Names and the like in the question that its words make use of. */
  takes: readonly Taken[];
  /** What must be asked for, since the question does not name it. */
  missing?: 'container' | 'host' | 'two hosts' | undefined;
  /** True where a time in the question is no part of it. */
  hasNoTime?: boolean;
  /** True for a general answer, which a word that it leaves unused speaks against all the more. */
  isBroad?: boolean;
  /** True for an answer against which the verb of a request speaks, even where it is one of its words. */
  doesNothing?: boolean;
  /** What is explained, or a word that only this offer knows. */
  topic?: Place;
  /** Rest of the line behind the clauses, e.g. flags. */
  flags?: string;
}

export type Taken =
  | 'container'
  | 'host'
  | 'vulnerability'
  | 'control'
  | 'code'
  | 'image'
  | 'software'
  | 'age'
  | 'strange'
  | 'label'
  | 'deadline'
  | 'file'
  | 'topic';

export const offer = (
  command: string,
  words: readonly string[],
  score: number,
  uses: string,
  more: Partial<Offer> = {},
): Offer => ({ command, words, score, uses, takes: [], ...more });
