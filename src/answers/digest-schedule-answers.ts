import type { DigestSchedule } from '../ports/digest-schedule.ts';
import type { AnswerBase } from './answer-base.ts';
import type { DigestAnswer } from './digest-answer.ts';

/** When the next digest of a channel comes: `at` is ISO, `day` the local day it is for. */
export interface NextDigest {
  channel: string;
  day: string;
  at: string;
  timezone: string;
}

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

/** What today's digest would say of the data there is; nothing is scanned or posted. */
export interface DigestPreviewAnswer extends AnswerBase {
  kind: 'digest-preview';
  channel: string;
  digest: DigestAnswer;
}

/** The schedule that holds in a channel. */
export interface ScheduleInForce {
  channel: string;
  schedule: DigestSchedule;
  origin: 'command' | 'settings';
  isOff: boolean;
  /** Who changed it by command, and when (epoch milliseconds); null when the settings say it. */
  changed: { by: string; at: number } | null;
}
