import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Epoch milliseconds. What is older than each of the last two goes. */
export interface TrimTimes {
  now: number;
  history: number;
  audit: number;
  /** Where the audit goes on. */
  auditFile: string;
}

/** Removes rows whose time is over, at most about so many; how many it removed. Called until that is none. */
export type Trim = (db: Kysely<Tables>, times: TrimTimes, rows: number) => Promise<number>;
