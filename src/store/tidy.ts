import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { OutsideError } from '../shared/errors.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Database } from './database.ts';
import * as lives from './lives.ts';
import type { Db, Life, Tables, Trim } from './schema.ts';

/** How long what is over is kept. */
export interface Keeping {
  historyDays: number;
  auditDays: number;
  /** Absolute path of the file that takes the audit over. */
  auditFile: string;
}

// A table without a life does not compile, nor a life without a table.
const lifeOf: {
  [Name in keyof Tables | keyof typeof lives]: Name extends keyof Tables ? Life : never;
} = lives;

/** Of a transaction, which others wait for. */
const ROWS_AT_ONCE = 200;
const PAUSE_MS = 5;
/** A clock that is further beyond all that is stored may be wrong; who scans once a week stores something sooner. */
const SILENT_MAX_DAYS = 10;

/**
 * Removes what is older than its table's life, a few rows at a time; how many. Ends early once `signal`
 * is aborted. Rejects with `OutsideError` at the first trim that fails, after all others had their turn; and before any, when
 * the clock is many days beyond all that was stored: after a rest it is tidied once something new is.
 */
export async function tidy(
  { read, write }: Pick<Database, 'read' | 'write'>,
  keeping: Keeping,
  { now, signal }: { now: number; signal?: AbortSignal | undefined },
): Promise<number> {
  const newest = await read(readNewestTime);
  const silentDays = newest === null ? 0 : Math.floor((now - newest) / DAY_MS);
  if (silentDays > SILENT_MAX_DAYS) throw tooSilent(silentDays);
  const times = {
    now,
    history: now - keeping.historyDays * DAY_MS,
    audit: now - keeping.auditDays * DAY_MS,
    auditFile: keeping.auditFile,
  };
  const failures: unknown[] = [];
  let removed = 0;
  for (const trim of Object.values(lifeOf).flatMap(({ trims }): readonly Trim[] => trims)) {
    try {
      for (let more = 1; more > 0 && !signal?.aborted; ) {
        more = await write((db) => trim(db, times, ROWS_AT_ONCE));
        removed += more;
        if (more > 0) await pause(PAUSE_MS);
      }
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return removed;
}

const tooSilent = (days: number): OutsideError =>
  new OutsideError(
    'store-failed',
    `its newest scan, event or decision is ${days} days old by the clock of this machine, so nothing old was removed; if the clock is right, that is done after the next scan`,
  );

/** When the newest of scans, events of containers and of the audit was stored, in epoch milliseconds; null without any. */
async function readNewestTime(db: Db): Promise<number | null> {
  const { rows } = await sql<{ at: number | string | null }>`
    select max(scan.finished_at) as at
      from host_summary join scan on scan.id = host_summary.last_scan_id
    union all select max(at) from (select at from container_event order by id desc limit 100) as event
    union all select max(at) from (select at from audit order by id desc limit 100) as decision`.execute(
    db,
  );
  const times = rows.flatMap(({ at }) => (at === null ? [] : [Number(at)]));
  return times.length === 0 ? null : Math.max(...times);
}
