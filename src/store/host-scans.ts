import { type ExpressionBuilder, sql } from 'kysely';
import type { HostScans, LastGoodScan } from '../ports/scan-store.ts';
import { toGrade } from '../posture/score.ts';
import { compareText } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import { countAccepted, withoutAccepted } from './acceptance-rows.ts';
import { inChunks, keyList } from './chunks.ts';
import { readHosts } from './host-rows.ts';
import { contentColumns, contentOf, engineOf } from './scan-rows.ts';
import type { Db, Tables } from './schema.ts';

/** Hosts of one statement: a row for each. */
const HOSTS_AT_ONCE = 500;

/**
 * The newest scans of those of the named hosts that were scanned, in order of name: at most three statements
 * for each chunk of hosts that were scanned. `at`: for the state of acceptances.
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
      const goods = await readGoods(db, rows);
      const accepted = await countAccepted(db, ids, at);
      for (const row of rows) {
        const host = hosts.get(row.host_id) ?? '';
        found.push({
          host,
          last: withoutAccepted(contentOf(row, host), accepted.get(row.host_id)),
          lastGood: lastGoodOf(row, row.good_id === row.id ? row : goods.get(row.good_id)),
        });
      }
    },
    HOSTS_AT_ONCE,
  );
  return found.sort((a, b) => compareText(a.host, b.host));
}

const goodColumns = [
  ...(['scan.uid', 'scan.finished_at'] as const),
  ...(['scan.engine_id', 'scan.engine_version', 'scan.api_version'] as const),
] as const;

/** The newest scans, each with the key of the newest good one, and what was graded last until that. */
function readNewest(db: Db, hostIds: readonly number[]) {
  return db
    .selectFrom('host_summary')
    .innerJoin('scan', 'scan.id', 'host_summary.last_scan_id')
    .select(['scan.id', 'host_summary.last_good_scan_id as good_id', ...contentColumns])
    .select((eb) => [
      graded(eb, 'id').as('graded_id'),
      graded(eb, 'score').as('graded_score'),
      graded(eb, 'grade').as('graded_grade'),
    ])
    .where(sql<boolean>`host_summary.host_id in (${keyList(hostIds)})`)
    .execute();
}

type Newest = Awaited<ReturnType<typeof readNewest>>[number];

/** Looked up in an index that has it: PostgreSQL would join all scans there are. */
const graded = <Column extends 'id' | 'score' | 'grade'>(
  eb: ExpressionBuilder<Tables, 'host_summary'>,
  column: Column,
) =>
  eb
    .selectFrom('scan as graded')
    .select(`graded.${column}`)
    .whereRef('graded.host_id', '=', 'host_summary.host_id')
    .whereRef('graded.id', '<=', 'host_summary.last_good_scan_id')
    .where('graded.posture_json', 'is not', null)
    .orderBy('graded.id', 'desc')
    // As a number of the text: a statement with a limit that is handed over is not kept.
    .limit(sql.lit(1));

/** The newest good scans, by their keys, of hosts whose newest scan is none. */
async function readGoods(db: Db, newest: readonly Newest[]) {
  const ids = newest.flatMap(({ id, good_id }) => (good_id === id ? [] : (good_id ?? [])));
  if (ids.length === 0) return new Map<number | null, never>();
  const rows = await db
    .selectFrom('scan')
    .select(['scan.id', ...goodColumns])
    .where(sql<boolean>`scan.id in (${keyList(ids)})`)
    .execute();
  return new Map(rows.map((row) => [row.id as number | null, row]));
}

function lastGoodOf(
  { graded_id, graded_score: score, graded_grade }: Newest,
  good:
    | Pick<Newest, 'uid' | 'finished_at' | 'engine_id' | 'engine_version' | 'api_version'>
    | undefined,
): LastGoodScan | null {
  if (good === undefined) return null;
  return {
    id: good.uid,
    finishedAt: isoTime(good.finished_at),
    engine: engineOf(good),
    grade: graded_id === null ? null : { score, grade: toGrade(graded_grade) },
  };
}
