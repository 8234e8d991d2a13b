import type { AnswerBase } from './answer-base.ts';
import type { Clock } from './ports.ts';

/** One sentence about a button: what it did, or why it did nothing. */
export interface NoticeAnswer extends AnswerBase {
  kind: 'notice';
  message: string;
  /** False when nothing was changed, which is then said. */
  isDone: boolean;
}

export const doneNotice = (now: Clock, message: string): NoticeAnswer =>
  notice(now, message, true, []);

/** For a button whose time is over: used, expired, or about something that is gone. */
export const staleNotice = (now: Clock, message: string, next: string[] = []): NoticeAnswer =>
  notice(now, message, false, next);

const notice = (now: Clock, message: string, isDone: boolean, next: string[]): NoticeAnswer => ({
  kind: 'notice',
  takenAt: new Date(now()).toISOString(),
  message,
  isDone,
  next,
});
