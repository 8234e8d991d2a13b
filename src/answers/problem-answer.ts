import type { AnswerBase } from './answer-base.ts';

/** The question could not be answered: the user's mistake, the outside, or a bug. */
export interface ProblemAnswer extends AnswerBase {
  kind: 'problem';
  cause: 'mistake' | 'refused' | 'too-often' | 'outside' | 'bug';
  message: string;
  hint: string | null;
  correctedLine: string | null;
  /** Short id that the log carries too; for bugs and outside failures. */
  reference: string | null;
}
