import { sql } from 'kysely';
import type { HostScanPosture } from '../ports/scan-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { isoTime } from '../shared/time.ts';
import { inChunks, keyList } from './chunks.ts';
import { readHosts } from './host-rows.ts';
import type { Db } from './schema.ts';
import { stableJson } from './stable-json.ts';

/**
 * What the columns of a new scan of a host hold: null when its posture is the one that stands, which is given
 * as its text, so that a host that stays as it is costs nothing.
 */
export function postureColumns(
  posture: HostPosture,
  standing: string | null,
): { posture_json: string | null; score: number | null; grade: string | null } {
  const columns = columnsOf(posture);
  const isSame =
    standing !== null &&
    (standing === columns.posture_json || stableJson(JSON.parse(standing)) === stableJson(posture));
  return isSame ? { posture_json: null, score: null, grade: null } : columns;
}

/** A posture as the columns of the scan that found it. */
export const columnsOf = (posture: HostPosture) => ({
  posture_json: JSON.stringify(posture),
  score: posture.score,
  grade: posture.grade,
});

/** The posture of a host in the scan with this key; null for scans older than postures. */
export async function readPosture(
  db: Db,
  hostId: number,
  scanId: number,
): Promise<HostPosture | null> {
  const row = await db
    .selectFrom('scan')
    .select('posture_json')
    .where('host_id', '=', hostId)
    .where('id', '<=', scanId)
    .where('posture_json', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.posture_json ?? null;
}

/** Postures of hosts as their newest good scans found them; hosts without one are left out. */
export async function readPostures(db: Db, names: readonly string[]): Promise<HostScanPosture[]> {
  const found: HostScanPosture[] = [];
  const hosts = await readHosts(db, names);
  await inChunks([...hosts.keys()], async (chunk) => {
    const rows = await newestGoods(db)
      .select(['good.host_id', 'good.finished_at', 'graded.posture_json'])
      .where(sql<boolean>`host_summary.host_id in (${keyList(chunk)})`)
      .execute();
    for (const { host_id, finished_at, posture_json } of rows) {
      const host = hosts.get(host_id) ?? '';
      found.push({ host, scannedAt: isoTime(finished_at), posture: posture_json });
    }
  });
  return found;
}

/** Newest good scans (`good`) with the scan whose posture stood after each (`graded`). */
const newestGoods = (db: Db) =>
  db
    .selectFrom('host_summary')
    .innerJoin('scan as good', 'good.id', 'host_summary.last_good_scan_id')
    .leftJoin('scan as graded', (join) =>
      join.on('graded.id', '=', (eb) =>
        eb
          .selectFrom('scan')
          .select((each) => each.fn.max('scan.id').as('id'))
          .whereRef('scan.host_id', '=', 'host_summary.host_id')
          .whereRef('scan.id', '<=', 'host_summary.last_good_scan_id')
          .where('scan.posture_json', 'is not', null),
      ),
    );
