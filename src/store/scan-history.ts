import { type RawBuilder, sql } from 'kysely';
import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import type { PastScan, ScanHistory } from '../ports/past.ts';
import { toGrade } from '../posture/score.ts';
import { once } from '../shared/once.ts';
import { isoTime, isoTimeOrNull, isoTimes } from '../shared/time.ts';
import { severityAt } from './acceptance-rows.ts';
import { idsOf, inChunks } from './chunks.ts';
import { isOfHosts } from './host-rows.ts';
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
  const toTime = isoTimes();
  // Together: PostgreSQL reads all findings for each statement.
  const accepted = byHost(await readAcceptedTimes(db, idsOf(hosts), window.since));
  await inChunks(hosts, async (chunk) => {
    const ids = idsOf(chunk);
    const goods = byHost(await readGoods(db, ids, window));
    const failed = byHost(await readFailedStretches(db, ids, window));
    const grades = byHost(await readGrades(db, ids, window));
    const opened = byHost(await countChanges(db, ids, window, 'opened_at'));
    const closed = byHost(await countChanges(db, ids, window, 'closed_at'));
    for (const { id, name, first } of chunk) {
      const scans = toScans(goods.get(id) ?? [], window, {
        grades: grades.get(id) ?? [],
        opened: opened.get(id) ?? [],
        closed: closed.get(id) ?? [],
        accepted: accepted.get(id) ?? [],
        ...{ now, toTime },
      });
      const read = new Set(scans.map(({ stretch }) => stretch));
      const none = (failed.get(id) ?? []).flatMap(({ stretch }) =>
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

const byHost = <Row extends { host_id: number }>(rows: readonly Row[]): Map<number, Row[]> =>
  Map.groupBy(rows, ({ host_id }) => host_id);

/** Both are integers: a bound parameter would be a real on SQLite, and divide as one. */
const stretchOf = (stretchMs: number): RawBuilder<number> =>
  sql<number>`seen_at / ${sql.lit(stretchMs)}`;

const within = (db: Db, ids: readonly number[], { since }: Window) =>
  db.selectFrom('scan').where('host_id', 'in', ids).where('seen_at', '>=', since);

interface GoodRow {
  seen_at: number;
  open_low: number;
  open_medium: number;
  open_high: number;
  open_critical: number;
}

/** The last of each stretch: the next one of its host is of a later stretch. */
function readGoods(db: Db, ids: readonly number[], window: Window) {
  const stretch = stretchOf(window.stretchMs);
  const columns = ['host_id', 'seen_at', ...openColumns] as const;
  const goods = within(db, ids, window)
    .select(columns)
    .select(
      sql<number | null>`lead(seen_at) over (partition by host_id order by seen_at)`.as('next'),
    )
    .where('is_good', '=', 1);
  return db
    .selectFrom(goods.as('good'))
    .select(columns)
    .where((eb) =>
      eb.or([
        eb('next', 'is', null),
        sql<boolean>`next / ${sql.lit(window.stretchMs)} > ${stretch}`,
      ]),
    )
    .execute();
}

const openColumns = ['open_low', 'open_medium', 'open_high', 'open_critical'] as const;

/** Stretches in which a scan could not read the host; another one may have. */
function readFailedStretches(db: Db, ids: readonly number[], window: Window) {
  return within(db, ids, window)
    .select(['host_id', stretchOf(window.stretchMs).as('stretch')])
    .distinct()
    .where('is_good', '=', 0)
    .execute();
}

/** Score and grade of the scans with a posture of their own, and of the newest one before. */
function readGrades(db: Db, ids: readonly number[], { since }: Window) {
  return (
    db
      // From the hosts on, each has its own beginning in an index.
      .selectFrom('host')
      .innerJoin('scan', 'scan.host_id', 'host.id')
      .select(['scan.host_id', 'scan.seen_at', 'scan.score', 'scan.grade'])
      .where('host.id', 'in', ids)
      .where('scan.posture_json', 'is not', null)
      // Of one host later scans have larger keys.
      .where((eb) =>
        eb(
          'scan.id',
          '>=',
          eb.fn.coalesce(
            eb
              .selectFrom('scan as before')
              .select((each) => each.fn.max('before.id').as('id'))
              .whereRef('before.host_id', '=', 'host.id')
              .where('before.posture_json', 'is not', null)
              .where('before.seen_at', '<', since),
            sql<number>`0`,
          ),
        ),
      )
      .orderBy('scan.id')
      .execute()
  );
}

interface Change {
  at: number | null;
  count: number;
}

/** How many findings opened, or closed, at which time. */
function countChanges(
  db: Db,
  ids: readonly number[],
  { since }: Window,
  column: 'opened_at' | 'closed_at',
) {
  // A row that takes over from one with another severity is no new finding, and the other not closed.
  return db
    .selectFrom('finding')
    .select((eb) => ['host_id', eb.ref(column).as('at'), eb.fn.countAll<number>().as('count')])
    .where('host_id', 'in', ids)
    .where(column, '>', since)
    .$if(column === 'opened_at', (query) => query.whereRef('first_seen', '=', 'opened_at'))
    .$if(column === 'closed_at', (query) => query.where('is_superseded', '=', 0))
    .groupBy(['host_id', column])
    .execute();
}

function toScans(
  rows: readonly GoodRow[],
  { stretchMs }: Window,
  of: {
    grades: readonly { seen_at: number; score: number | null; grade: unknown }[];
    opened: readonly Change[];
    closed: readonly Change[];
    accepted: readonly AcceptedTime[];
    now: number;
    toTime: (epochMs: number) => string;
  },
): { stretch: number; scan: PastScan }[] {
  const opened = summing(of.opened);
  const closed = summing(of.closed);
  const inOrder = rows.toSorted((a, b) => a.seen_at - b.seen_at);
  return inOrder.map((row, index) => {
    const changes = { opened: opened(row.seen_at), closed: closed(row.seen_at) };
    // That which stood after the scan: of the newest posture that is not later.
    const graded = of.grades.findLast(({ seen_at }) => seen_at <= row.seen_at);
    return {
      stretch: Math.floor(row.seen_at / stretchMs),
      scan: {
        at: of.toTime(row.seen_at),
        score: graded?.score ?? null,
        grade: toGrade(graded?.grade),
        open: {
          low: row.open_low,
          medium: row.open_medium,
          high: row.open_high,
          critical: row.open_critical,
        },
        accepted: acceptedAt(of.accepted, index === rows.length - 1 ? of.now : row.seen_at),
        changes: index === 0 ? null : changes,
      },
    };
  });
}

/** Counts changes from one time to the next, for times that grow. */
function summing(changes: readonly Change[]): (to: number) => number {
  const sorted = changes.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  let next = 0;
  return (to) => {
    let sum = 0;
    for (; next < sorted.length && (sorted[next]?.at ?? 0) <= to; next += 1) {
      sum += sorted[next]?.count ?? 0;
    }
    return sum;
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
  const rows = await db
    .selectFrom('acceptance')
    .innerJoin('finding', (join) =>
      join
        .onRef('finding.host_id', '=', 'acceptance.host_id')
        .onRef('finding.fingerprint', '=', 'acceptance.fingerprint'),
    )
    .select(['acceptance.host_id', 'finding.severity', 'finding.opened_at', 'finding.closed_at'])
    .select(['acceptance.made_at', 'acceptance.until_at', 'acceptance.ended_at'])
    .where(isOfHosts('acceptance.host_id', ids))
    .where('acceptance.until_at', '>', since)
    .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', since)]))
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
const acceptedAt = (times: readonly AcceptedTime[], at: number): SeverityCounts =>
  countBySeverity(
    times
      .filter(({ from, to }) => from <= at && at < to)
      .map(({ severity }) => ({ severity: severityAt(severity) })),
  );
