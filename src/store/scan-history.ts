import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { ScanHistory } from '../ports/past.ts';
import { toGrade } from '../posture/score.ts';
import { isoTimeOrNull } from '../shared/time.ts';
import { type AcceptedTime, acceptedAt, readAcceptedTimes } from './accepted-times.ts';
import { inChunks, inKeyOrder, keyList } from './chunks.ts';
import { inOrderOf, isInRange, readHosts } from './host-rows.ts';
import { NO_ROWS, numberAt, packedRows, unpackedColumns } from './packed-rows.ts';
import type { ScanTable } from './scan-tables.ts';
import type { Db } from './schema.ts';

interface Window {
  /** Epoch milliseconds. */
  since: number;
  stretchMs: number;
  /** Whether it is told what opened and closed; left out, it is. */
  withChanges?: boolean;
}

/** Scans of one statement, if there is one of each host in each stretch. */
const SCANS_AT_ONCE = 15_000;
/** Where there are few stretches. */
const HOSTS_AT_ONCE = 1_000;

/**
 * The newest good scan of each stretch, host by host in order of name: six statements for each chunk of
 * hosts, and two for all. `now`: what is accepted by then does not count in the newest scan, as in every other answer.
 */
export async function readScanHistory(
  db: Db,
  names: readonly string[],
  window: Window,
  now: number,
): Promise<ScanHistory[]> {
  const { withChanges = true } = window;
  const hosts = await readHosts(db, names);
  const histories = new Map<number, Omit<ScanHistory, 'host'>>();
  // Of all hosts at once, since few are accepted.
  const accepted = Map.groupBy(
    await readAcceptedTimes(db, [...hosts.keys()], window.since),
    ({ host_id }) => host_id,
  );
  const count = Math.max(1, Math.ceil((now - window.since) / window.stretchMs));
  await inChunks(
    inKeyOrder(hosts.keys()),
    async (ids) => {
      const firsts = await readFirsts(db, ids);
      const tried = new Map(
        (await readTried(db, ids, window, count)).map(({ host_id, packed }) => [host_id, packed]),
      );
      const grades = Map.groupBy(await readGrades(db, ids, window), ({ host_id }) => host_id);
      const opened = withChanges ? await readChanges(db, ids, window, 'opened_at') : null;
      const closed = withChanges ? await readChanges(db, ids, window, 'closed_at') : null;
      for (let place = 0; place < firsts.host_id.length; place += 1) {
        const id = numberAt(firsts.host_id, place);
        const columns = unpackedColumns(tried.get(id) ?? NO_ROWS, triedColumns);
        const past = toPast(columns, window.stretchMs, {
          grades: grades.get(id) ?? [],
          opened: opened && (opened.get(id) ?? []),
          closed: closed && (closed.get(id) ?? []),
          accepted: accepted.get(id) ?? [],
          now,
        });
        histories.set(id, {
          firstGoodAt: isoTimeOrNull(numberAt(firsts.at, place) || null),
          ...past,
        });
      }
    },
    Math.max(1, Math.min(HOSTS_AT_ONCE, Math.floor(SCANS_AT_ONCE / count))),
  );
  return inOrderOf(hosts, histories).map(([host, one]) => ({ host, ...one }));
}

const firstColumns = ['host_id', 'at'] as const;

/** Of hosts that were scanned the time of the first good scan; 0 without one. */
async function readFirsts(db: Db, ids: readonly number[]) {
  const { rows } = await sql<{ packed: string }>`
    select ${packedRows(firstColumns)} as packed from (
      select host_id, coalesce((select min(scan.seen_at) from scan
        where scan.host_id = host_summary.host_id and scan.is_good = 1), 0) as at
      from host_summary where ${isInRange('host_id', ids)}) as first_good`.execute(db);
  return unpackedColumns(rows[0]?.packed ?? NO_ROWS, firstColumns);
}

/** Both are integers: a bound parameter would be a real on SQLite, and divide as one. */
const stretchOf = (stretchMs: number): RawBuilder<number> =>
  sql<number>`seen_at / ${sql.lit(stretchMs)}`;

const within = (db: Db, ids: readonly number[], { since }: Window) =>
  db
    .selectFrom('scan')
    .where(sql<boolean>`host_id in (${keyList(ids)})`)
    .where('seen_at', '>=', since);

const triedColumns = [
  ...(['seen_at', 'is_good'] as const),
  ...(['open_low', 'open_medium', 'open_high', 'open_critical'] as const),
] as const;

/** So many scans of a stretch are read rather than sorted out. */
const FEW_SCANS = 4;
/** Hosts by which that is told: which way is taken decides what it costs, not what is found. */
const HOSTS_COUNTED = 20;

/** At least the last scan of each stretch that could read its host, and the last that could not. An index has them. */
async function readTried(db: Db, ids: readonly number[], window: Window, stretches: number) {
  const { stretchMs } = window;
  // Spread, since hosts that came at one time have keys that follow each other, and often the same rhythm.
  const some = ids.filter((_id, at) => at % Math.ceil(ids.length / HOSTS_COUNTED) === 0);
  const beyond = await within(db, some, window)
    .select('host_id')
    .limit(1)
    .offset(FEW_SCANS * some.length * stretches)
    .executeTakeFirst();
  const scans = within(db, ids, window).select(['host_id', ...triedColumns]);
  const next = sql<number>`lead(seen_at) over (partition by host_id, is_good order by seen_at)`;
  const last = db
    .selectFrom(scans.select(next.as('next')).as('tried'))
    .select(['host_id', ...triedColumns])
    .where(sql<boolean>`(next is null or next / ${sql.lit(stretchMs)} > ${stretchOf(stretchMs)})`);
  return db
    .selectFrom((beyond === undefined ? scans : last).as('tried'))
    .select(['host_id', packedRows(triedColumns).as('packed')])
    .groupBy('host_id')
    .execute();
}

/** Scans of a host, column by column. */
type Tried = Record<(typeof triedColumns)[number], number[]>;

/** Score and grade of the scans with a posture of their own, and of the newest one before. */
async function readGrades(db: Db, ids: readonly number[], { since }: Window) {
  // Of one host later scans have larger keys. Where each begins is looked up first: PostgreSQL would look it up for every scan.
  const { rows } = await sql<
    Pick<Selectable<ScanTable>, 'host_id' | 'seen_at' | 'score' | 'grade'>
  >`
    with beginning as materialized (
      select host.id as host_id, coalesce((select max(before.id) from scan as before
        where before.host_id = host.id and before.posture_json is not null
          and before.seen_at < ${since}), 0) as first
      from host where host.id in (${keyList(ids)}))
    select scan.host_id, scan.seen_at, scan.score, scan.grade
    from beginning inner join scan on scan.host_id = beginning.host_id and scan.id >= beginning.first
    where scan.posture_json is not null
    order by scan.id`.execute(db);
  return rows;
}

/** When findings opened, or closed, by host. */
async function readChanges(
  db: Db,
  ids: readonly number[],
  { since }: Window,
  column: 'opened_at' | 'closed_at',
): Promise<Map<number, number[]>> {
  // A row that takes over from one with another severity is no new finding, and the other not closed.
  const rows = await db
    .selectFrom('finding')
    .select(['host_id', packedRows([column]).as('packed')])
    .where(sql<boolean>`host_id in (${keyList(ids)})`)
    .where(column, '>', since)
    .$if(column === 'opened_at', (query) => query.whereRef('first_seen', '=', 'opened_at'))
    .$if(column === 'closed_at', (query) => query.where('is_superseded', '=', 0))
    .groupBy('host_id')
    .execute();
  return new Map(rows.map(({ host_id, packed }) => [host_id, unpackedColumns(packed, ['at']).at]));
}

/** The last good scan of each stretch, and the stretches of which all failed. */
function toPast(
  tried: Tried,
  stretchMs: number,
  of: {
    grades: readonly { seen_at: number; score: number | null; grade: unknown }[];
    opened: readonly number[] | null;
    closed: readonly number[] | null;
    accepted: readonly AcceptedTime[];
    now: number;
  },
): Pick<ScanHistory, 'scans' | 'unread'> {
  const timeAt = (index: number) => numberAt(tried.seen_at, index);
  const lasts: number[] = [];
  const stretch: number[] = [];
  const failed: number[] = [];
  const inOrder = tried.seen_at.map((_at, index) => index).sort((a, b) => timeAt(a) - timeAt(b));
  for (const index of inOrder) {
    const own = Math.floor(timeAt(index) / stretchMs);
    if (tried.is_good[index] !== 1) {
      failed.push(own);
      continue;
    }
    if (stretch.at(-1) === own) lasts.pop();
    else stretch.push(own);
    lasts.push(index);
  }
  // Mostly each scan is the last of its stretch.
  const isEach = lasts.length === inOrder.length && lasts.every((index, place) => index === place);
  const ofLasts = (column: number[]) =>
    isEach ? column : lasts.map((index) => numberAt(column, index));
  const at = ofLasts(tried.seen_at);
  // That which stood after the scan: of the newest posture that is not later.
  let next = 0;
  const graded = at.map((time) => {
    while ((of.grades[next]?.seen_at ?? Number.POSITIVE_INFINITY) <= time) next += 1;
    return of.grades[next - 1];
  });
  return {
    scans: {
      ...{ stretch, at },
      score: graded.map((one) => one?.score ?? null),
      grade: graded.map((one) => toGrade(one?.grade)),
      open: {
        low: ofLasts(tried.open_low),
        medium: ofLasts(tried.open_medium),
        high: ofLasts(tried.open_high),
        critical: ofLasts(tried.open_critical),
      },
      accepted: at.map((time, place) =>
        acceptedAt(of.accepted, place === at.length - 1 ? of.now : time),
      ),
      opened: of.opened === null ? [] : at.map(counting(of.opened)),
      closed: of.closed === null ? [] : at.map(counting(of.closed)),
    },
    unread: failed.length === 0 ? failed : without(stretch, failed),
  };
}

/** Each stretch once, without these. */
function without(read: readonly number[], failed: readonly number[]): number[] {
  const left = new Set(failed);
  for (const one of read) left.delete(one);
  return [...left];
}

/** Counts times from one to the next that is asked for, which grow. */
function counting(times: readonly number[]): (to: number) => number {
  const sorted = times.toSorted((a, b) => a - b);
  let next = 0;
  return (to) => {
    const before = next;
    while ((sorted[next] ?? Number.POSITIVE_INFINITY) <= to) next += 1;
    return next - before;
  };
}
