import { type ExpressionBuilder, sql } from 'kysely';
import type { HostScans, LastGoodScan } from '../ports/scan-store.ts';
import { toGrade } from '../posture/score.ts';
import { isoTime } from '../shared/time.ts';
import { countAccepted, withoutAccepted } from './acceptance-rows.ts';
import { inChunks, inKeyOrder, keyList } from './chunks.ts';
import { isInRange, type KnownHosts, type NewestScans } from './host-rows.ts';
import { keeping } from './keeping.ts';
import { contentColumns, contentOf, type EngineRow, engineColumns, engineOf } from './scan-rows.ts';
import type { Db, Tables } from './schema.ts';

/** Hosts of one statement: a row for each. */
const HOSTS_AT_ONCE = 500;

/** Reads the newest scans of those of the hosts that were scanned, in order of name. `at`: for the state of acceptances. */
type ReadHostScans = (db: Db, known: KnownHosts, at: number) => Promise<HostScans[]>;

/** Characters of all scans that are kept: those of some ten thousand hosts. */
const KEPT_LENGTH_MAX = 8_000_000;

/**
 * Keeps the newest scans between calls: no scan changes after it was stored, so that those of each host are read once, and
 * nobody may change what this gives. What was asked for last is kept. What is accepted counts anew each time.
 */
export function rememberHostScans(lengthMax = KEPT_LENGTH_MAX): ReadHostScans {
  const kept = keeping<KeptScans>(lengthMax, ({ length }) => length);
  return async (db, { hosts, newest }, at) => {
    const before = kept.of(newest.keys());
    const found = new Map<number, KeptScans>();
    const missing: number[] = [];
    for (const [hostId, own] of newest) {
      const known = before.get(hostId);
      if (known && isSame(known.newest, own)) found.set(hostId, known);
      else missing.push(hostId);
    }
    await inChunks(
      inKeyOrder(missing),
      async (chunk) => {
        const rows = await readNewest(db, chunk);
        const goods = await readGoods(db, rows);
        for (const row of rows) {
          const [host, own] = [hosts.get(row.host_id), newest.get(row.host_id)];
          if (host === undefined || own === undefined) continue;
          const scans: HostScans = frozen({
            host,
            last: withoutAccepted(contentOf(row, host)),
            lastGood: lastGoodOf(row, row.good_id === row.id ? row : goods.get(row.good_id)),
          });
          const { length } = JSON.stringify(scans);
          found.set(row.host_id, { newest: own, scans, length });
        }
      },
      HOSTS_AT_ONCE,
    );
    kept.keep(found, before);
    const accepted = await countAccepted(db, [...found.keys()], at);
    return [...hosts.keys()].flatMap((hostId) => {
      const own = found.get(hostId);
      if (own === undefined) return [];
      const { scans } = own;
      const counts = accepted.get(hostId);
      return counts ? { ...scans, last: withoutAccepted(scans.last, counts) } : scans;
    });
  };
}

/** Plain data that nobody can change, all the way down. */
function frozen<Data>(data: Data): Readonly<Data> {
  if (typeof data === 'object' && data !== null) for (const one of Object.values(data)) frozen(one);
  return Object.freeze(data);
}

/** What is kept of a host. */
interface KeptScans {
  newest: NewestScans;
  scans: HostScans;
  /** Of these as text. */
  length: number;
}

const isSame = (a: NewestScans, b: NewestScans): boolean =>
  a.lastId === b.lastId && a.lastAt === b.lastAt && a.goodId === b.goodId && a.goodAt === b.goodAt;

const goodColumns = ['scan.uid', 'scan.finished_at', ...engineColumns] as const;

/** The newest scans, each with the key of the newest good one, and what was graded last until that. */
const readNewest = (db: Db, hostIds: readonly number[]) =>
  db
    .selectFrom('host_summary')
    .innerJoin('scan', 'scan.id', 'host_summary.last_scan_id')
    .select(['scan.id', 'host_summary.last_good_scan_id as good_id', ...contentColumns])
    .select((eb) => [
      graded(eb, 'id').as('graded_id'),
      graded(eb, 'score').as('graded_score'),
      graded(eb, 'grade').as('graded_grade'),
    ])
    .where(isInRange('host_summary.host_id', hostIds))
    .execute();

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
  good: (EngineRow & Pick<Newest, 'uid' | 'finished_at'>) | undefined,
): LastGoodScan | null {
  if (good === undefined) return null;
  return {
    id: good.uid,
    finishedAt: isoTime(good.finished_at),
    engine: engineOf(good),
    grade: graded_id === null ? null : { score, grade: toGrade(graded_grade) },
  };
}
