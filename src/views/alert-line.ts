import type { AnswerBase } from '../answers/answer-base.ts';
import type { AlertLine } from '../ports/alert-store.ts';
import { paragraph, type View } from './document.ts';
import { alertTime } from './local-time.ts';

/** What happened to an alert: a line for its thread. */
export interface AlertLineAnswer extends AnswerBase {
  kind: 'alert-line';
  line: Pick<AlertLine, 'at' | 'text' | 'mention'>;
}

export const alertLine: View<AlertLineAnswer> = ({ line: { at, text, mention } }) => {
  const time = alertTime(at);
  return {
    headline: `${text} (${time})`,
    summary: [
      mention === null
        ? paragraph(`${text} (${time})`)
        : paragraph({ user: mention }, `, ${text} (${time})`),
    ],
    next: [],
  };
};
