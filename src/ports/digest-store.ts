import type { DoneBy } from '../findings/acceptance.ts';
import type { Held, Lease } from './lease.ts';
import type { OutboxMessage } from './outbox.ts';

/** What is kept of digests. Times are epoch milliseconds, a day is a local calendar day. */

/** A schedule that somebody gave a channel by command; it comes before that of the settings. */
export interface StoredDigestSchedule {
  channel: string;
  schedule: DigestSchedule;
  /** True: no digest comes, also when the settings have a schedule. */
  isOff: boolean;
  changedAt: number;
  changedBy: string;
}

/** The digest of one channel and day; there is never a second one. */
export interface DigestRun {
  channel: string;
  day: string;
  timezone: string;
  /** `missed`: nobody was there within the time in which it may be late. */
  state: 'running' | 'done' | 'missed';
  /** The schedule it was due by, as `scheduleWords` writes it; null without one. */
  scheduledBy: string | null;
  dueAt: number;
  /** Null until a process began it. */
  startedAt: number | null;
  /** When its content was made; null before. */
  composedAt: number | null;
  finishedAt: number | null;
  attempts: number;
}

export type DigestDay = Pick<DigestRun, 'channel' | 'day'>;
/** What is known of a run before it begins. */
export type DigestPlan = Pick<DigestRun, 'channel' | 'day' | 'timezone' | 'dueAt' | 'scheduledBy'>;

/** Key in the outbox of a message of a digest: `parent`, `update` (its last form) or `reply:1` and on. */
export const digestKey = ({ channel, day }: DigestDay, what: string): string =>
  `digest:${channel}:${day}:${what}`;

export interface DigestStore {
  listSchedules(): Promise<StoredDigestSchedule[]>;
  /** Sets or switches off the schedule of a channel; the audit says who, with before and after. */
  setSchedule(
    change: Pick<StoredDigestSchedule, 'channel' | 'schedule' | 'isOff'>,
    by: DoneBy & { before: DigestSchedule | null },
  ): Promise<void>;
  /**
   * Claims the run of a day for one process: held by the first to ask and, once its lease is over, by the
   * next; `taken` while somebody holds it; `done` when it is finished or was missed.
   */
  claimRun(plan: DigestPlan, lease: Lease, at: number): Promise<Held | 'taken' | 'done'>;
  /** Asks for the run of today by hand; whoever posts digests takes it up. A missed one runs after all. */
  requestRun(plan: DigestPlan, by: DoneBy): Promise<'requested' | 'running' | 'done'>;
  /** Holds the run as long again as `leaseMs`, counted from now; 0 gives it back. */
  extendLease(run: DigestDay, held: Held): Promise<void>;
  /** Puts what a digest says into the outbox and ends its run as done, all of it or nothing. */
  completeRun(
    run: DigestDay,
    messages: readonly OutboxMessage[],
    held: Held,
    at: number,
  ): Promise<void>;
  /** Ends a run as missed; with null one that nobody began, else it stays as it is. */
  missRun(run: DigestDay, held: Held | null, at: number): Promise<void>;
  /** Notes a day that had no run; a day that has one stays as it is. */
  noteMissed(plan: DigestPlan, at: number): Promise<void>;
  /** The newest run that was done for a day before this one. */
  findLastDone(run: DigestDay): Promise<DigestRun | null>;
  /** Runs of a channel for this day and later ones, in order of their days. */
  listRuns(channel: string, from: string): Promise<DigestRun[]>;
  /** Runs that are neither done nor missed, oldest first. */
  listOpenRuns(): Promise<DigestRun[]>;
  /** The run of the newest day of a channel. */
  findNewestRun(channel: string): Promise<DigestRun | null>;
}

/** Days of the week as schedules name them, in the order of the week. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof weekdays)[number];

export interface DigestSchedule {
  /** Local time, `HH:MM`. */
  at: string;
  /** Name that Intl knows, e.g. `Europe/Berlin`. */
  timezone: string;
  days: readonly Weekday[];
}
