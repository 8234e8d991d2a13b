import type { Actor } from '../findings/acceptance.ts';
import type { DigestSchedule } from './digest-schedule.ts';

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
  isManual: boolean;
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

/** Who holds a run, from when, for how long. */
export interface Lease {
  owner: string;
  at: number;
  leaseMs: number;
}

/**
 * A lease never reaches further than this; one that seems to was given before the clock was set
 * back, and counts as over.
 */
export const LEASE_MAX_MS = 15 * 60_000;

/** Every method rejects with `OutsideError` 'store-failed' when the database does. */
export interface DigestStore {
  listSchedules(): Promise<StoredDigestSchedule[]>;
  /** Sets or switches off the schedule of a channel; the audit says who, with before and after. */
  setSchedule(
    change: Pick<StoredDigestSchedule, 'channel' | 'schedule' | 'isOff'>,
    by: { actor: Actor; at: number; before: DigestSchedule | null },
  ): Promise<void>;
  /**
   * Claims the run of a day for one process: `claimed` for the first to ask and, once its lease is
   * over, for the next; `taken` while somebody holds it; `done` when it is finished or was missed.
   */
  claimRun(plan: DigestPlan, lease: Lease): Promise<'claimed' | 'taken' | 'done'>;
  /** Asks for the run of today by hand; whoever posts digests takes it up. A missed one runs after all. */
  requestRun(
    plan: DigestPlan,
    by: { actor: Actor; at: number },
  ): Promise<'requested' | 'running' | 'done'>;
  /** False when somebody else holds the run by now. */
  extendLease(run: DigestDay, lease: Lease): Promise<boolean>;
  /** Keeps what will be posted, so that a repetition posts the same. False as `extendLease`. */
  keepMessages(run: DigestDay, messages: unknown, lease: Lease): Promise<boolean>;
  /** What was kept; null when nothing was. */
  findMessages(run: DigestDay): Promise<unknown>;
  /** Ends a run that is `running`, as done or as missed. */
  finishRun(run: DigestDay, state: 'done' | 'missed', at: number): Promise<void>;
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
