import type { AlertAgainAnswer } from '../answers/alert-answer.ts';
import { isoTime } from '../shared/time.ts';
import { paragraph, type View } from './document.ts';
import { localTimes } from './local-time.ts';

export const alertAgain: View<AlertAgainAnswer> = ({ alert: { title, at, detail }, count }) => {
  const line = `Again at ${localTimes('UTC').time(isoTime(at))} UTC, time ${count}: ${title}`;
  return {
    headline: line,
    summary: [paragraph(line, detail === null ? '.' : `; ${detail}.`)],
    details: [],
    next: [],
  };
};
