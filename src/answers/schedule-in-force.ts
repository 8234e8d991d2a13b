import type { DigestSchedule } from '../ports/digest-schedule.ts';

/** When the next digest of a channel comes: `at` is ISO, `day` the local day it is for. */
export interface NextDigest {
  channel: string;
  day: string;
  at: string;
  timezone: string;
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
