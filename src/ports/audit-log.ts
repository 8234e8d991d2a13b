import type { Actor } from '../findings/acceptance.ts';

/** Verbs of changes that the store writes into the audit itself, beside the names of commands. */
export const storeAuditVerbs = [
  ...['accept', 'unaccept', 'void'],
  ...['attest', 'withdraw'],
  ...['baseline approve', 'baseline withdraw'],
  ...['digest schedule', 'digest off', 'digest now'],
  ...['snooze', 'acknowledge', 'assign'],
  ...['ask keep', 'ask forget'],
  ...['alerts on', 'alerts off'],
  ...['feedback'],
] as const;

/** Verb of what somebody of another workspace tried, whatever it was. */
export const outsiderVerb = 'outsider';

/** One row of the audit: who asked for what, where, and what it changed. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  at: number;
  actor: Actor;
  /** Name of the command, one of `storeAuditVerbs`, or `outsiderVerb`. */
  verb: string;
  outcome: 'done' | 'refused';
  /** What it is about, in words that stay readable: `no-host-network project/ci on web-1`. */
  what: string;
  /** The thing before and after; null where it was not there, or nothing is stored of it. */
  before: object | null;
  after: object | null;
}

export interface StoredAuditEntry extends Omit<AuditEntry, 'at' | 'actor'> {
  /** Grows with time. */
  id: number;
  /** ISO time. */
  at: string;
  who: string;
  /** Channel, or `terminal`. */
  place: string;
}

export interface AuditFilter {
  verb?: string | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  place?: string | undefined;
  /** Epoch milliseconds of the oldest. */
  since?: number | undefined;
  /** Rows that name one of these, as words of their own in any case. */
  about?: readonly string[] | undefined;
  /** Only rows with a smaller id. */
  before?: number | undefined;
}

/** Who asked and changed what. Rows are only ever added; old ones move to a file. */
export interface AuditLog {
  /** Rejects with `OutsideError` when the row could not be written. */
  record(entry: AuditEntry): Promise<void>;
  /** The newest first, at most `limit`, and how many there are in all. */
  list(filter: AuditFilter, limit: number): Promise<{ entries: StoredAuditEntry[]; total: number }>;
  /** The newest name that each of these ids was written down with; ids without one are left out. */
  namesOf(ids: readonly string[]): Promise<Record<string, string>>;
}
