import type { AnswerBase } from '../answers/answer-base.ts';
import { localTimeText } from '../inspections/digest-times.ts';
import { heading, note, paragraph, place, strong, type View } from './document.ts';

/** The digest of today, asked for by hand. */
export interface DigestNowAnswer extends AnswerBase {
  kind: 'digest-now';
  channel: string;
  day: string;
  timezone: string;
  /** `requested`: it begins now. `running`: it has begun. `done`: it was posted before. */
  state: 'requested' | 'running' | 'done';
  /** ISO time at which it was posted, when it was. */
  finishedAt: string | null;
}

export const digestNow: View<DigestNowAnswer> = (answer) => {
  const { channel, day, timezone, state, finishedAt } = answer;
  const of = `Today’s digest (${day}, ${timezone})`;
  const postedAt =
    finishedAt === null
      ? 'already'
      : `at ${localTimeText(Date.parse(finishedAt), timezone)} ${timezone}`;
  const said = {
    requested: `${of} is on its way.`,
    running: `${of} has started; its hosts are being scanned.`,
    done: `${of} was posted ${postedAt}. There is one a day.`,
  }[state];
  const notes = {
    requested: 'It is the digest of the day: the scheduled one does not come as well.',
    running: 'There is one a day.',
    done: 'A preview shows what has changed since; only you see it.',
  };
  return {
    headline: said,
    summary: [
      heading('Digest'),
      paragraph(strong('Channel: '), place(channel)),
      paragraph(said),
      note(notes[state]),
    ],
  };
};
