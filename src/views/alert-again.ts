import type { AnswerBase } from '../answers/answer-base.ts';
import type { AlertSignal } from '../ports/alert-store.ts';
import { isoTime } from '../shared/time.ts';
import { paragraph, type View } from './document.ts';
import { localTimes } from './local-time.ts';

/** It came again: a line for the thread. */
export interface AlertAgainAnswer extends AnswerBase {
  kind: 'alert-again';
  alert: Pick<AlertSignal, 'title' | 'at' | 'detail'>;
  count: number;
}

export const alertAgain: View<AlertAgainAnswer> = ({ alert: { title, at, detail }, count }) => {
  const line = `Again at ${localTimes('UTC').time(isoTime(at))} UTC, time ${count}: ${title}`;
  return {
    headline: line,
    summary: [paragraph(line, detail === null ? '.' : `; ${detail}.`)],
    details: [],
    next: [],
  };
};
