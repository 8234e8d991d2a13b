import type { GeneratedAlways, JSONColumnType } from 'kysely';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { idsOf } from './chunks.ts';
import { columnsOf, readPosture } from './posture-rows.ts';
import { type Db, HISTORY, type Life, lasting, type Trim } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    host: { id: GeneratedAlways<number>; name: string; engine_id: string | null };
    scan: ScanTable;
    host_summary: OpenCounts & {
      host_id: number;
      last_scan_id: number;
      last_good_scan_id: number | null;
    };
  }
}

/** Open findings by severity. */
export interface OpenCounts {
  open_low: number;
  open_medium: number;
  open_high: number;
  open_critical: number;
}

export interface ScanTable extends OpenCounts {
  id: GeneratedAlways<number>;
  uid: string;
  host_id: number;
  started_at: number;
  finished_at: number;
  seen_at: number;
  is_good: number;
  engine_id: string | null;
  engine_version: string | null;
  api_version: string | null;
  /** Null: the engine told no time, or the scan is of an earlier version. */
  clock_ahead_ms: number | null;
  answered: number;
  unknown: number;
  not_applicable: number;
  total: number;
  unread_sections_json: JSONColumnType<UnreadSection[]>;
  /** Null: as in the host's scan before. */
  posture_json: JSONColumnType<HostPosture> | null;
  /** Those of the posture, null where that is. */
  score: number | null;
  grade: string | null;
}

/**
 * Removes old scans of each host. Of those before the time there stay the last good one and the failed
 * one after it, from which a blind time of today may have begun, and what the host's summary points to.
 * A posture that stands on is moved to the scans that stay, which say nothing where it did not change.
 */
const trimScans: Trim = async (db, { history }, rows) => {
  const hosts = await db.selectFrom('host_summary').selectAll().execute();
  let removed = 0;
  for (const { host_id: hostId, last_scan_id: last, last_good_scan_id: lastGood } of hosts) {
    if (removed >= rows) break;
    const kept = await leanedOn(db, hostId, history);
    const ids = [last, lastGood, kept.good, kept.failed].filter((id) => id !== null);
    const doomed = await db
      .selectFrom('scan')
      .select('id')
      .where('host_id', '=', hostId)
      // Of one host they are in the order of their keys.
      .where('id', '<', kept.next ?? last)
      .where('id', 'not in', ids)
      .orderBy('id')
      .limit(rows - removed)
      .execute();
    if (doomed.length === 0) continue;
    for (const id of [...ids, kept.next ?? last]) await settlePosture(db, hostId, id);
    await db.deleteFrom('scan').where('id', 'in', idsOf(doomed)).execute();
    removed += doomed.length;
  }
  return removed;
};

async function leanedOn(db: Db, hostId: number, before: number) {
  const scans = db.selectFrom('scan').where('host_id', '=', hostId);
  const { next } = await scans
    .select((eb) => eb.fn.min<number | null>('id').as('next'))
    .where('seen_at', '>=', before)
    .executeTakeFirstOrThrow();
  const old = next === null ? scans : scans.where('id', '<', next);
  const { good } = await old
    .select((eb) => eb.fn.max<number | null>('id').as('good'))
    .where('is_good', '=', 1)
    .executeTakeFirstOrThrow();
  const { failed } = await old
    .select((eb) => eb.fn.min<number | null>('id').as('failed'))
    .where('is_good', '=', 0)
    .where('id', '>', good ?? 0)
    .executeTakeFirstOrThrow();
  return { next, good, failed };
}

async function settlePosture(db: Db, hostId: number, id: number): Promise<void> {
  const posture = await readPosture(db, hostId, id);
  if (posture === null) return;
  await db
    .updateTable('scan')
    .set(columnsOf(posture))
    .where('id', '=', id)
    .where('posture_json', 'is', null)
    .execute();
}

export const hostLife = lasting('one row for each host that was ever scanned');

export const scanLife: Life = {
  until: `${HISTORY} it; the newest, and those that the rest of history leans on, stay`,
  why: 'grades and blind times of the past',
  trims: [trimScans],
};

export const hostSummaryLife = lasting('one row for each host: its newest scan');
