import { type Kysely, type RawBuilder, sql } from 'kysely';

/**
 * Rows as the migrations made them. Times are epoch milliseconds, `is_…` columns 0 or 1. Each table declares
 * its rows in here and its life, both in the file of the store that it is for: see `deliveries.ts`.
 */
export interface Tables {
  /** Kysely's own notes of what ran. */
  kysely_migration: { name: string; timestamp: string };
  kysely_migration_lock: { id: string; is_locked: number };
}

/** The database, or a transaction of it: within one a function of the store does all that it does. */
export type Db = Kysely<Tables>;

/** Until when the rows of a table are kept: of the table `slack_loss` it is exported as `slackLossLife`. */
export interface Life {
  /** A clause for the page of the database. */
  until: string;
  why: string;
  /** In this order. */
  trims: readonly Trim[];
}

/** Epoch milliseconds. What is older than each of the last two goes. */
interface TrimTimes {
  now: number;
  history: number;
  audit: number;
  /** Where the audit goes on. */
  auditFile: string;
}

/** Removes rows whose time is over, at most about so many; how many it removed. Called until that is none. */
export type Trim = (db: Db, times: TrimTimes, rows: number) => Promise<number>;

/** The beginning of `until` of a table whose rows go with history. */
export const HISTORY = '`history.keepDays` after';

/** The life of a table that has only so many rows, or whose rows go with those of another. */
export const bounded = (until: string, why: string): Life => ({ until, why, trims: [] });

/** The same of a table that has as many rows as what they are about. */
export const lasting = (why: string): Life => bounded('the end of the database', why);

/** Removes rows of a table for which a condition holds, found by a column of its key. */
export const remove =
  (
    table: keyof Tables,
    condition: (times: TrimTimes) => RawBuilder<boolean>,
    key: 'id' | 'key' | 'token' | 'channel' | 'container_id' = 'id',
  ): Trim =>
  async (db, times, rows) => {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where ${sql.ref(key)} in (
        select ${sql.ref(key)} from ${sql.table(table)} where ${condition(times)} limit ${rows})`.execute(
      db,
    );
    return Number(numAffectedRows ?? 0);
  };

/** A condition that is always true: the host stands first in the index of the time. */
export const ofAnyHost = sql<boolean>`host_id in (select id from host)`;
