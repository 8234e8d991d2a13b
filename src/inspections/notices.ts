import type { NoticeAnswer } from '../answers/answer-base.ts';
import type { Clock } from '../ports/clock.ts';
import { isoTime } from '../shared/time.ts';

export const doneNotice = (now: Clock, message: string): NoticeAnswer => notice(now, message, true);

/** For a button whose time is over: used, expired, or about something that is gone. */
export const staleNotice = (now: Clock, message: string): NoticeAnswer =>
  notice(now, message, false);

const notice = (now: Clock, message: string, isDone: boolean): NoticeAnswer => ({
  kind: 'notice',
  takenAt: isoTime(now()),
  message,
  isDone,
  next: [],
});
