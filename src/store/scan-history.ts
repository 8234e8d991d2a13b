import { type RawBuilder, sql } from 'kysely';
import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import type { PastScan, ScanHistory } from '../ports/past.ts';
import { toGrade } from '../posture/score.ts';
import { isoTime } from '../shared/time.ts';
import { severityAt } from './acceptance-rows.ts';
import { idsOf, inChunks } from './chunks.ts';
import type { Db } from './schema.ts';

interface Window {
  /** Epoch milliseconds. */
  since: number;
  stretchMs: number;
}

/**
 * The newest good scan of each stretch, host by host in order of name: seven statements for each chunk of
 * hosts. `now`: what is accepted by then does not count in the newest scan, as in every other answer.
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
    .select(['host.id', 'host.name'])
    .where('host.name', 'in', names)
    .orderBy('host.name')
    .execute();
  const histories: ScanHistory[] = [];
  // Hosts share their stretches.
  const begins = new Map<number, string>();
  const beginOf = (stretch: number): string => {
    const known = begins.get(stretch) ?? isoTime(stretch * window.stretchMs);
    begins.set(stretch, known);
    return known;
  };
  await inChunks(hosts, async (chunk) => {
    const ids = idsOf(chunk);
    const firsts = await readFirstGoods(db, ids);
    const goods = byHost(await readGoods(db, ids, window));
    const blind = byHost(await readBlindStretches(db, ids, window));
    const grades = byHost(await readGrades(db, ids, window));
    const opened = byHost(await countChanges(db, ids, window, 'opened_at'));
    const closed = byHost(await countChanges(db, ids, window, 'closed_at'));
    const accepted = byHost(await readAcceptedTimes(db, ids, window.since));
    for (const { id, name } of chunk) {
      const scans = toScans(goods.get(id) ?? [], {
        grades: grades.get(id) ?? [],
        opened: opened.get(id) ?? [],
        closed: closed.get(id) ?? [],
        accepted: accepted.get(id) ?? [],
        now,
      });
      const none = (blind.get(id) ?? []).map(({ stretch }) => ({ stretch, scan: null }));
      const first = firsts.get(id);
      histories.push({
        host: name,
        firstGoodAt: first === undefined ? null : isoTime(first),
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

async function readFirstGoods(db: Db, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('scan')
    .select((eb) => ['host_id', eb.fn.min<number>('seen_at').as('first')])
    .where('host_id', 'in', ids)
    .where('is_good', '=', 1)
    .groupBy('host_id')
    .execute();
  return new Map(rows.map(({ host_id, first }) => [host_id, first]));
}

/** Both are integers: a bound parameter would be a real on SQLite, and divide as one. */
const stretchOf = (stretchMs: number): RawBuilder<number> =>
  sql<number>`seen_at / ${sql.lit(stretchMs)}`;

const within = (db: Db, ids: readonly number[], { since }: Window) =>
  db.selectFrom('scan').where('host_id', 'in', ids).where('seen_at', '>=', since);

interface GoodRow {
  id: number;
  stretch: number;
  seen_at: number;
  open_low: number;
  open_medium: number;
  open_high: number;
  open_critical: number;
}

function readGoods(db: Db, ids: readonly number[], window: Window) {
  const stretch = stretchOf(window.stretchMs);
  return db
    .selectFrom('scan')
    .select(['id', 'host_id', 'seen_at', stretch.as('stretch')])
    .select(['open_low', 'open_medium', 'open_high', 'open_critical'])
    .where(
      'id',
      'in',
      within(db, ids, window)
        .select((eb) => eb.fn.max('id').as('id'))
        .where('is_good', '=', 1)
        .groupBy(['host_id', stretch]),
    )
    .orderBy('id')
    .execute();
}

/** Stretches in which somebody tried and no scan could read the host. */
function readBlindStretches(db: Db, ids: readonly number[], window: Window) {
  const stretch = stretchOf(window.stretchMs);
  return within(db, ids, window)
    .select(['host_id', stretch.as('stretch')])
    .groupBy(['host_id', stretch])
    .having((eb) => eb.fn.max('is_good'), '=', 0)
    .execute();
}

/** Score and grade of the scans with a posture of their own, and of the newest one before. */
function readGrades(db: Db, ids: readonly number[], { since }: Window) {
  return (
    db
      .selectFrom('scan')
      .select(['id', 'host_id', 'score', 'grade'])
      .where('host_id', 'in', ids)
      .where('posture_json', 'is not', null)
      // Of one host later scans have larger keys.
      .where((eb) =>
        eb(
          'id',
          '>=',
          eb.fn.coalesce(
            eb
              .selectFrom('scan as before')
              .select((each) => each.fn.max('before.id').as('id'))
              .whereRef('before.host_id', '=', 'scan.host_id')
              .where('before.posture_json', 'is not', null)
              .where('before.seen_at', '<', since),
            sql<number>`0`,
          ),
        ),
      )
      .orderBy('id')
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
  of: {
    grades: readonly { id: number; score: number | null; grade: unknown }[];
    opened: readonly Change[];
    closed: readonly Change[];
    accepted: readonly AcceptedTime[];
    now: number;
  },
): { stretch: number; scan: PastScan }[] {
  const between = (changes: readonly Change[], from: number, to: number) =>
    changes.reduce((sum, { at, count }) => {
      return at !== null && at > from && at <= to ? sum + count : sum;
    }, 0);
  return rows.map((row, index) => {
    const before = rows[index - 1];
    // That which stood after the scan: of the newest posture that is not later.
    const graded = of.grades.findLast(({ id }) => id <= row.id);
    return {
      stretch: row.stretch,
      scan: {
        at: isoTime(row.seen_at),
        score: graded?.score ?? null,
        grade: toGrade(graded?.grade),
        open: {
          low: row.open_low,
          medium: row.open_medium,
          high: row.open_high,
          critical: row.open_critical,
        },
        accepted: acceptedAt(of.accepted, index === rows.length - 1 ? of.now : row.seen_at),
        changes:
          before === undefined
            ? null
            : {
                opened: between(of.opened, before.seen_at, row.seen_at),
                closed: between(of.closed, before.seen_at, row.seen_at),
              },
      },
    };
  });
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
    .where('acceptance.host_id', 'in', ids)
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
