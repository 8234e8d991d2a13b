import type { AnswerBase } from '../answers/answer-base.ts';
import type { NextDigest, ScheduleInForce } from '../answers/schedule-in-force.ts';
import { scheduleWords } from '../inspections/digest-schedules.ts';
import { localTimeText } from '../inspections/digest-times.ts';
import type { DigestSchedule } from '../ports/digest-store.ts';
import { timeUntil } from '../shared/text.ts';
import { code, heading, note, paragraph, place, strong, type View } from './document.ts';

/** What is scheduled in a channel, also after it was changed. */
export interface DigestScheduleAnswer extends AnswerBase {
  kind: 'digest-schedule';
  channel: string;
  /** What was just done; null when it was only asked. */
  change: 'set' | 'off' | null;
  /** Null when no digest comes. */
  schedule: DigestSchedule | null;
  origin: ScheduleInForce['origin'] | null;
  /** Who changed it by command, and when (ISO). */
  changed: { by: string; at: string } | null;
  nextRun: NextDigest | null;
  /** The line that brings back what held before a change; null when nothing was changed. */
  undo: string | null;
}

const titles = {
  set: 'The digest is scheduled',
  off: 'The digest is off',
  none: 'No digest is scheduled',
  some: 'The digest of this channel',
} as const;

export const digestSchedule: View<DigestScheduleAnswer> = (answer) => {
  const { channel, change, schedule, origin, changed, nextRun, undo, takenAt } = answer;
  const title = titles[change ?? (schedule === null ? 'none' : 'some')];
  const when = nextRun === null ? 'next: none' : `next: ${nextDigestText(nextRun, takenAt)}`;
  return {
    headline: `${title}; ${when}`,
    summary: [
      heading(title),
      schedule && paragraph(strong(scheduleWords(schedule)), ' in ', place(channel)),
      paragraph(when),
      undo !== null && paragraph('Take it back with ', code(undo), '.'),
      changed !== null && note(`Changed by ${changed.by} on ${changed.at.slice(0, 10)}.`),
      origin === 'settings' && note('From the settings file.'),
    ],
  };
};

/** `Wed 25 Nov, 08:30 Europe/Berlin (in 9 h)`. */
export const nextDigestText = ({ at, timezone }: NextDigest, now: string): string =>
  `${localTimeText(Date.parse(at), timezone)} ${timezone} (${timeUntil(now, at)})`;
