import { type RawBuilder, type Selectable, sql } from 'kysely';
import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import type { PastScan, ScanHistory } from '../ports/past.ts';
import { toGrade } from '../posture/score.ts';
import { once } from '../shared/once.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { severityAt } from './acceptance-rows.ts';
import { idsOf, inChunks, keyList } from './chunks.ts';
import { isOfHosts } from './host-rows.ts';
import { packedColumn, packedRows, unpacked } from './packed-rows.ts';
import type { ScanTable } from './scan-tables.ts';
import type { Db } from './schema.ts';

interface Window {
  /** Epoch milliseconds. */
  since: number;
  stretchMs: number;
}

/**
 * The newest good scan of each stretch, host by host in order of name: five statements for each chunk of
 * hosts, and one for all. `now`: what is accepted by then does not count in the newest scan, as in every other answer.
 */
export async function readScanHistory(
  db: Db,
  names: readonly string[],
  window: Window,
  now: number,
): Promise<ScanHistory[]> {
  const hosts = await db
    .selectFrom('host')
    .innerJoin('host_summary', 'host_summary.host_id', 'host.id')
    .select((eb) => [
      ...(['host.id', 'host.name'] as const),
      eb
        .selectFrom('scan')
        .select((each) => each.fn.min('scan.seen_at').as('at'))
        .whereRef('scan.host_id', '=', 'host.id')
        .where('scan.is_good', '=', 1)
        .as('first'),
    ])
    .where('host.name', 'in', names)
    .orderBy('host.name')
    .execute();
  const histories: ScanHistory[] = [];
  // Hosts share their stretches.
  const beginOf = once((stretch: number) => isoTime(stretch * window.stretchMs));
  // Of all hosts at once, since few are accepted.
  const accepted = Map.groupBy(
    await readAcceptedTimes(db, idsOf(hosts), window.since),
    ({ host_id }) => host_id,
  );
  await inChunks(hosts, async (chunk) => {
    const ids = idsOf(chunk);
    const goods = packedByHost<number[]>(await readGoods(db, ids, window, now));
    const failed = packedByHost<number>(await readFailedStretches(db, ids, window));
    const grades = Map.groupBy(await readGrades(db, ids, window), ({ host_id }) => host_id);
    const opened = packedByHost<number>(await readChanges(db, ids, window, 'opened_at'));
    const closed = packedByHost<number>(await readChanges(db, ids, window, 'closed_at'));
    for (const { id, name, first } of chunk) {
      const scans = toScans(goods.get(id) ?? [], window, {
        grades: grades.get(id) ?? [],
        opened: opened.get(id) ?? [],
        closed: closed.get(id) ?? [],
        accepted: accepted.get(id) ?? [],
        now,
      });
      const read = new Set(scans.map(({ stretch }) => stretch));
      const none = (failed.get(id) ?? []).flatMap((stretch) =>
        read.has(stretch) ? [] : [{ stretch, scan: null }],
      );
      histories.push({
        host: name,
        firstGoodAt: isoTimeOrNull(first),
        stretches: [...scans, ...none]
          .sort((a, b) => a.stretch - b.stretch)
          .map(({ stretch, scan }) => ({ from: beginOf(stretch), scan })),
      });
    }
  });
  return histories;
}

const packedByHost = <Row extends number | number[]>(
  rows: readonly { host_id: number; packed: string }[],
): Map<number, Row[]> =>
  new Map(rows.map(({ host_id, packed }) => [host_id, unpacked<Row>(packed)]));

/** Both are integers: a bound parameter would be a real on SQLite, and divide as one. */
const stretchOf = (stretchMs: number): RawBuilder<number> =>
  sql<number>`seen_at / ${sql.lit(stretchMs)}`;

const within = (db: Db, ids: readonly number[], { since }: Window) =>
  db
    .selectFrom('scan')
    .where(sql<boolean>`host_id in (${keyList(ids)})`)
    .where('seen_at', '>=', since);

const goodColumns = ['seen_at', 'open_low', 'open_medium', 'open_high', 'open_critical'] as const;

/** So many good scans of a stretch are read rather than sorted out. */
const FEW_SCANS = 4;

/** At least the last of each stretch, in no order. */
async function readGoods(db: Db, ids: readonly number[], window: Window, now: number) {
  const { since, stretchMs } = window;
  const goods = within(db, ids, window).where('is_good', '=', 1);
  const { count } = await goods
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const areMany = count > FEW_SCANS * ids.length * Math.ceil((now - since) / stretchMs);
  const columns = ['host_id', ...goodColumns] as const;
  const next = sql<number>`lead(seen_at) over (partition by host_id order by seen_at)`;
  const last = db
    .selectFrom(goods.select(columns).select(next.as('next')).as('good'))
    .select(columns)
    .where(sql<boolean>`(next is null or next / ${sql.lit(stretchMs)} > ${stretchOf(stretchMs)})`);
  return db
    .selectFrom((areMany ? last : goods.select(columns)).as('good'))
    .select(['host_id', packedRows(goodColumns).as('packed')])
    .groupBy('host_id')
    .execute();
}

/** Stretches in which a scan could not read the host; another one may have. */
function readFailedStretches(db: Db, ids: readonly number[], window: Window) {
  const stretches = within(db, ids, window)
    .select(['host_id', stretchOf(window.stretchMs).as('stretch')])
    .distinct()
    .where('is_good', '=', 0);
  return db
    .selectFrom(stretches.as('failed'))
    .select(['host_id', packedColumn('stretch').as('packed')])
    .groupBy('host_id')
    .execute();
}

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

/** When findings opened, or closed. */
function readChanges(
  db: Db,
  ids: readonly number[],
  { since }: Window,
  column: 'opened_at' | 'closed_at',
) {
  // A row that takes over from one with another severity is no new finding, and the other not closed.
  return db
    .selectFrom('finding')
    .select(['host_id', packedColumn(column).as('packed')])
    .where(sql<boolean>`host_id in (${keyList(ids)})`)
    .where(column, '>', since)
    .$if(column === 'opened_at', (query) => query.whereRef('first_seen', '=', 'opened_at'))
    .$if(column === 'closed_at', (query) => query.where('is_superseded', '=', 0))
    .groupBy('host_id')
    .execute();
}

function toScans(
  goods: readonly number[][],
  { stretchMs }: Window,
  of: {
    grades: readonly { seen_at: number; score: number | null; grade: unknown }[];
    opened: readonly number[];
    closed: readonly number[];
    accepted: readonly AcceptedTime[];
    now: number;
  },
): { stretch: number; scan: PastScan }[] {
  const opened = counting(of.opened);
  const closed = counting(of.closed);
  // By index: to take an array apart by pattern takes several times as long.
  const inOrder = goods.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const stretchAt = (index: number) => Math.floor((inOrder[index]?.[0] ?? 0) / stretchMs);
  const rows = inOrder.filter((_row, index) => stretchAt(index) !== stretchAt(index + 1));
  return rows.map((row, index) => {
    const at = row[0] ?? 0;
    const changes = { opened: opened(at), closed: closed(at) };
    // That which stood after the scan: of the newest posture that is not later.
    const graded = of.grades.findLast(({ seen_at }) => seen_at <= at);
    return {
      stretch: Math.floor(at / stretchMs),
      scan: {
        at,
        score: graded?.score ?? null,
        grade: toGrade(graded?.grade),
        open: { low: row[1] ?? 0, medium: row[2] ?? 0, high: row[3] ?? 0, critical: row[4] ?? 0 },
        accepted: acceptedAt(of.accepted, index === rows.length - 1 ? of.now : at),
        changes: index === 0 ? null : changes,
      },
    };
  });
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

/** A time in which a finding of a host was open and accepted, in epoch milliseconds. */
interface AcceptedTime {
  host_id: number;
  severity: number;
  from: number;
  /** It is over then. */
  to: number;
}

/** Times since `since` in which findings of these hosts were open and accepted. */
async function readAcceptedTimes(
  db: Db,
  ids: readonly number[],
  since: number,
): Promise<AcceptedTime[]> {
  const accepted = db
    .selectFrom('acceptance')
    .innerJoin('finding', (join) =>
      join
        .onRef('finding.host_id', '=', 'acceptance.host_id')
        .onRef('finding.fingerprint', '=', 'acceptance.fingerprint'),
    )
    .select(['acceptance.host_id', 'finding.severity', 'finding.opened_at', 'finding.closed_at'])
    .select(['acceptance.made_at', 'acceptance.until_at', 'acceptance.ended_at'])
    .where(isOfHosts('acceptance.host_id', ids))
    .where('acceptance.until_at', '>', since);
  // Apart, each by its index: for both at once PostgreSQL reads all findings.
  const rows = await accepted
    .where('closed_at', 'is', null)
    .unionAll(accepted.where('closed_at', '>', since))
    .execute();
  const never = Number.POSITIVE_INFINITY;
  return rows.map((row) => ({
    host_id: row.host_id,
    severity: row.severity,
    from: Math.max(row.made_at, row.opened_at),
    to: Math.min(row.until_at, row.ended_at ?? never, row.closed_at ?? never),
  }));
}

/** How many findings were open and accepted at a time, by severity. */
function acceptedAt(times: readonly AcceptedTime[], at: number): SeverityCounts {
  const counts = countBySeverity([]);
  for (const { from, to, severity } of times) {
    if (from <= at && at < to) counts[severityAt(severity)] += 1;
  }
  return counts;
}
