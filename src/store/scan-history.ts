import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { PastScan, ScanHistory } from '../ports/past.ts';
import { type Grade, grades } from '../posture/score.ts';
import { isoTime } from '../shared/time.ts';
import type { Tables } from './schema.ts';

interface Window {
  /** Epoch milliseconds. */
  since: number;
  stretchMs: number;
}

/** The newest good scan of each stretch, host by host in order of name. */
export async function readScanHistory(
  db: Kysely<Tables>,
  names: readonly string[],
  window: Window,
): Promise<ScanHistory[]> {
  const hosts = await db
    .selectFrom('host')
    .innerJoin('host_summary', 'host_summary.host_id', 'host.id')
    .select(['host.id', 'host.name'])
    .where('host.name', 'in', names)
    .orderBy('host.name')
    .execute();
  const histories: ScanHistory[] = [];
  for (const { id, name } of hosts) {
    histories.push({
      host: name,
      firstGoodAt: await readFirstGood(db, id),
      stretches: await readStretches(db, id, window),
    });
  }
  return histories;
}

async function readFirstGood(db: Kysely<Tables>, hostId: number): Promise<string | null> {
  const { first } = await db
    .selectFrom('scan')
    .select((eb) => eb.fn.min('seen_at').as('first'))
    .where('host_id', '=', hostId)
    .where('is_good', '=', 1)
    .executeTakeFirstOrThrow();
  return first === null ? null : isoTime(first);
}

async function readStretches(
  db: Kysely<Tables>,
  hostId: number,
  { since, stretchMs }: Window,
): Promise<ScanHistory['stretches']> {
  const stretch = stretchOf(stretchMs);
  const rows = await db
    .selectFrom('scan')
    .select([
      stretch.as('stretch'),
      (eb) => eb.fn.max(eb.case().when('is_good', '=', 1).then(eb.ref('id')).end()).as('good_id'),
    ])
    .where('host_id', '=', hostId)
    .where('seen_at', '>=', since)
    .groupBy(stretch)
    .orderBy(stretch)
    .execute();
  const scans = await readGood(
    db,
    hostId,
    rows.flatMap(({ good_id }) => good_id ?? []),
  );
  return rows.map((row) => ({
    from: isoTime(Number(row.stretch) * stretchMs),
    scan: row.good_id === null ? null : (scans.get(row.good_id) ?? null),
  }));
}

/** Both are integers: a bound parameter would be a real on SQLite, and divide as one. */
const stretchOf = (stretchMs: number): RawBuilder<number> =>
  sql<number>`seen_at / ${sql.lit(stretchMs)}`;

async function readGood(
  db: Kysely<Tables>,
  hostId: number,
  ids: readonly number[],
): Promise<Map<number, PastScan>> {
  const [first] = ids;
  if (first === undefined) return new Map();
  const rows = await db
    .selectFrom('scan')
    .select(['id', 'seen_at', 'open_low', 'open_medium', 'open_high', 'open_critical'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  const gradeAt = await readGrades(db, hostId, ids);
  const changesAt = await readChanges(
    db,
    hostId,
    rows.map(({ seen_at }) => seen_at),
  );
  return new Map(
    rows.map((row, index) => {
      const open = {
        low: row.open_low,
        medium: row.open_medium,
        high: row.open_high,
        critical: row.open_critical,
      };
      const changes = index === 0 ? null : (changesAt[index] ?? null);
      return [row.id, { at: isoTime(row.seen_at), ...gradeAt(row.id), open, changes }];
    }),
  );
}

type Graded = Pick<PastScan, 'score' | 'grade'>;

/** Score and grade that stood after a scan: those of the newest posture that is not later. */
async function readGrades(
  db: Kysely<Tables>,
  hostId: number,
  ids: readonly number[],
): Promise<(id: number) => Graded> {
  const stored = db.selectFrom('scan').where('host_id', '=', hostId);
  const { before } = await stored
    .select((eb) => eb.fn.max('id').as('before'))
    .where('posture_json', 'is not', null)
    .where('id', '<=', Math.min(...ids))
    .executeTakeFirstOrThrow();
  const rows = await stored
    .select((eb) => [
      'id',
      eb.cast<number | null>(eb.ref('posture_json', '->>').key('score'), 'integer').as('score'),
      eb.ref('posture_json', '->>').key('grade').as('grade'),
    ])
    .where('posture_json', 'is not', null)
    .where('id', '>=', before ?? Math.min(...ids))
    .where('id', '<=', Math.max(...ids))
    .orderBy('id')
    .execute();
  return (id) => {
    const row = rows.findLast((candidate) => candidate.id <= id);
    return { score: row?.score ?? null, grade: toGrade(row?.grade) };
  };
}

const toGrade = (text: unknown): Grade | null => grades.find((grade) => grade === text) ?? null;

/** Findings that opened and closed after each time but the first, up to the next one. */
async function readChanges(
  db: Kysely<Tables>,
  hostId: number,
  times: readonly number[],
): Promise<({ opened: number; closed: number } | undefined)[]> {
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return [];
  const count = (column: 'opened_at' | 'closed_at') =>
    db
      .selectFrom('finding')
      .select((eb) => [eb.ref(column).as('at'), eb.fn.countAll<number>().as('count')])
      .where('host_id', '=', hostId)
      .where(column, '>', first)
      .where(column, '<=', last)
      .groupBy(column);
  // A row that takes over from one with another severity is no new finding, and the other not closed.
  const opened = await count('opened_at').whereRef('first_seen', '=', 'opened_at').execute();
  const closed = await count('closed_at').where('is_superseded', '=', 0).execute();
  const between = (rows: typeof opened, from: number, to: number) =>
    rows.reduce((sum, { at, count: found }) => {
      return at !== null && at > from && at <= to ? sum + Number(found) : sum;
    }, 0);
  return times.map((to, index) => {
    const from = times[index - 1];
    if (from === undefined) return undefined;
    return { opened: between(opened, from, to), closed: between(closed, from, to) };
  });
}
