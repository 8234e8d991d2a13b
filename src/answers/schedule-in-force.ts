import type { AlertSetting } from '../ports/alert-store.ts';
import type { DigestSchedule } from '../ports/digest-store.ts';

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

/** What a channel is told at once. */
export interface AlertsInForce extends AlertSetting {
  /** Messages in an hour at most. */
  perHour: number;
  origin: 'command' | 'settings';
  /** Who said it by command, and when (ISO); null when the settings say it. */
  changed: { by: string; at: string } | null;
}
