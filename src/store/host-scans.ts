import { sql } from 'kysely';
import type { HostScans, LastGoodScan } from '../ports/scan-store.ts';
import { toGrade } from '../posture/score.ts';
import { compareText } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import { countAccepted, withoutAccepted } from './acceptance-rows.ts';
import { inChunks, keyList } from './chunks.ts';
import { readHosts } from './host-rows.ts';
import { newestGoods } from './posture-rows.ts';
import { contentColumns, contentOf, engineOf } from './scan-rows.ts';
import type { Db } from './schema.ts';

/** Hosts of one statement: a row for each. */
const HOSTS_AT_ONCE = 500;

/**
 * The newest scans of those of the named hosts that were scanned, in order of name: three statements for
 * each chunk of hosts that were scanned. `at`: for the state of acceptances.
 */
export async function readHostScans(
  db: Db,
  names: readonly string[],
  at: number,
): Promise<HostScans[]> {
  const found: HostScans[] = [];
  const hosts = await readHosts(db, names);
  await inChunks(
    [...hosts.keys()],
    async (chunk) => {
      const rows = await readNewest(db, chunk);
      const ids = rows.map(({ host_id }) => host_id);
      if (ids.length === 0) return;
      const goods = await readGoods(db, ids);
      const accepted = await countAccepted(db, ids, at);
      for (const row of rows) {
        const host = hosts.get(row.host_id) ?? '';
        found.push({
          host,
          last: withoutAccepted(contentOf(row, host), accepted.get(row.host_id)),
          lastGood: goods.get(row.host_id) ?? null,
        });
      }
    },
    HOSTS_AT_ONCE,
  );
  return found.sort((a, b) => compareText(a.host, b.host));
}

function readNewest(db: Db, hostIds: readonly number[]) {
  return db
    .selectFrom('host_summary')
    .innerJoin('scan', 'scan.id', 'host_summary.last_scan_id')
    .select(contentColumns)
    .where(sql<boolean>`host_summary.host_id in (${keyList(hostIds)})`)
    .execute();
}

/** The newest good scans by host, each with the grade that stood after it. */
async function readGoods(db: Db, hostIds: readonly number[]): Promise<Map<number, LastGoodScan>> {
  const rows = await newestGoods(db)
    .select([
      ...(['good.host_id', 'good.uid', 'good.finished_at'] as const),
      ...(['good.engine_id', 'good.engine_version', 'good.api_version'] as const),
      ...(['graded.id as graded_id', 'graded.score', 'graded.grade'] as const),
    ])
    .where(sql<boolean>`host_summary.host_id in (${keyList(hostIds)})`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.host_id,
      {
        id: row.uid,
        finishedAt: isoTime(row.finished_at),
        engine: engineOf(row),
        grade: row.graded_id === null ? null : { score: row.score, grade: toGrade(row.grade) },
      },
    ]),
  );
}
