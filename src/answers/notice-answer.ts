import type { AnswerBase } from './answer-base.ts';

/** One sentence about a button: what it did, or why it did nothing. */
export interface NoticeAnswer extends AnswerBase {
  kind: 'notice';
  message: string;
  /** False when nothing was changed, which is then said. */
  isDone: boolean;
}
