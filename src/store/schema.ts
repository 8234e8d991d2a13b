import type { Kysely } from 'kysely';

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
