import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** When the newest of scans, events of containers and of the audit was stored, in epoch milliseconds; null without any. */
export async function readNewestTime(db: Db): Promise<number | null> {
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
