import { idsOf } from './chunks.ts';
import type { Trim } from './life.ts';
import { columnsOf, readPosture } from './posture-rows.ts';
import type { Db } from './schema.ts';

/**
 * Removes old scans of each host. Of those before the time there stay the last good one and the failed
 * one after it, from which a blind time of today may have begun, and what the host's summary points to.
 * A posture that stands on is moved to the scans that stay, which say nothing where it did not change.
 */
export const trimScans: Trim = async (db, { history }, rows) => {
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
