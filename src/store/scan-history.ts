import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { ScanHistory } from '../ports/past.ts';
import { toGrade } from '../posture/score.ts';
import { once } from '../shared/once.ts';
import { compareText } from '../shared/text.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { type AcceptedTime, acceptedAt, readAcceptedTimes } from './accepted-times.ts';
import { CHUNK_ROWS, idsOf, inChunks, keyList } from './chunks.ts';
import { packedColumn, unpacked } from './packed-rows.ts';
import type { ScanTable } from './scan-tables.ts';
import type { Db } from './schema.ts';

interface Window {
  /** Epoch milliseconds. */
  since: number;
  stretchMs: number;
}

/** Scans of one statement, if there is one of each host in each stretch. */
const SCANS_AT_ONCE = 15_000;

/**
 * The newest good scan of each stretch, host by host in order of name: five statements for each chunk of
 * hosts, and two for all. `now`: what is accepted by then does not count in the newest scan, as in every other answer.
 */
export async function readScanHistory(
  db: Db,
  names: readonly string[],
  window: Window,
  now: number,
): Promise<ScanHistory[]> {
  const hosts = await readFirsts(db, names);
  const histories: ScanHistory[] = [];
  // Hosts share their stretches.
  const beginOf = once((stretch: number) => isoTime(stretch * window.stretchMs));
  // Of all hosts at once, since few are accepted.
  const accepted = Map.groupBy(
    await readAcceptedTimes(db, idsOf(hosts), window.since),
    ({ host_id }) => host_id,
  );
  const count = Math.max(1, Math.ceil((now - window.since) / window.stretchMs));
  await inChunks(
    hosts,
    async (chunk) => {
      const ids = idsOf(chunk);
      const tried = new Map((await readTried(db, ids, window, count)).map(toTried));
      const grades = Map.groupBy(await readGrades(db, ids, window), ({ host_id }) => host_id);
      const opened = packedByHost(await readChanges(db, ids, window, 'opened_at'));
      const closed = packedByHost(await readChanges(db, ids, window, 'closed_at'));
      for (const { id, name, first } of chunk) {
        const stretches = toStretches(tried.get(id) ?? nothingTried, window, {
          grades: grades.get(id) ?? [],
          opened: opened.get(id) ?? [],
          closed: closed.get(id) ?? [],
          accepted: accepted.get(id) ?? [],
          ...{ now, beginOf },
        });
        histories.push({ host: name, firstGoodAt: isoTimeOrNull(first), stretches });
      }
    },
    Math.max(1, Math.floor(SCANS_AT_ONCE / count)),
  );
  return histories;
}

/** Hosts that were scanned, with the time of the first good scan of each, in order of name. */
async function readFirsts(db: Db, names: readonly string[]) {
  const asked = new Set(names);
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
    .$if(names.length <= CHUNK_ROWS, (query) => query.where('host.name', 'in', names))
    .orderBy('host.name')
    .execute();
  return hosts.filter(({ name }) => asked.has(name));
}

const packedByHost = (
  rows: readonly { host_id: number; packed: string }[],
): Map<number, number[]> => new Map(rows.map(({ host_id, packed }) => [host_id, unpacked(packed)]));

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
/** Of so many hosts the scans are counted: the others are scanned about as often. */
const HOSTS_COUNTED = 20;

/** At least the last scan of each stretch that could read its host, and the last that could not. An index has them. */
async function readTried(db: Db, ids: readonly number[], window: Window, stretches: number) {
  const { stretchMs } = window;
  const some = ids.slice(0, HOSTS_COUNTED);
  const { count } = await within(db, some, window)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const scans = within(db, ids, window).select(['host_id', ...triedColumns]);
  const next = sql<number>`lead(seen_at) over (partition by host_id, is_good order by seen_at)`;
  const last = db
    .selectFrom(scans.select(next.as('next')).as('tried'))
    .select(['host_id', ...triedColumns])
    .where(sql<boolean>`(next is null or next / ${sql.lit(stretchMs)} > ${stretchOf(stretchMs)})`);
  return db
    .selectFrom((count > FEW_SCANS * some.length * stretches ? last : scans).as('tried'))
    .select('host_id')
    .select(triedColumns.map((column) => packedColumn(column).as(column)))
    .groupBy('host_id')
    .execute();
}

/** Scans of a host, column by column. */
type Tried = Record<(typeof triedColumns)[number], number[]>;

const nothingTried: Tried = {
  ...{ seen_at: [], is_good: [] },
  ...{ open_low: [], open_medium: [], open_high: [], open_critical: [] },
};

const toTried = (
  row: Awaited<ReturnType<typeof readTried>>[number],
): [hostId: number, tried: Tried] => [
  row.host_id,
  {
    seen_at: unpacked(row.seen_at),
    is_good: unpacked(row.is_good),
    open_low: unpacked(row.open_low),
    open_medium: unpacked(row.open_medium),
    open_high: unpacked(row.open_high),
    open_critical: unpacked(row.open_critical),
  },
];

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

/** The last good scan of each stretch, and null where all of them failed, in order. */
function toStretches(
  tried: Tried,
  { stretchMs }: Window,
  of: {
    grades: readonly { seen_at: number; score: number | null; grade: unknown }[];
    opened: readonly number[];
    closed: readonly number[];
    accepted: readonly AcceptedTime[];
    now: number;
    beginOf: (stretch: number) => string;
  },
): ScanHistory['stretches'] {
  const opened = counting(of.opened);
  const closed = counting(of.closed);
  const { seen_at: times } = tried;
  const timeAt = (index: number | undefined) => (index === undefined ? 0 : (times[index] ?? 0));
  const stretchAt = (index: number | undefined) => Math.floor(timeAt(index) / stretchMs);
  const inOrder = [...times.keys()].sort((a, b) => timeAt(a) - timeAt(b));
  const goods = inOrder.filter((index) => tried.is_good[index] === 1);
  const lasts = goods.filter((index, place) => stretchAt(index) !== stretchAt(goods[place + 1]));
  const read = lasts.map((index, place): ScanHistory['stretches'][number] => {
    const at = timeAt(index);
    const changes = { opened: opened(at), closed: closed(at) };
    // That which stood after the scan: of the newest posture that is not later.
    const graded = of.grades.findLast(({ seen_at }) => seen_at <= at);
    return {
      from: of.beginOf(stretchAt(index)),
      scan: {
        at,
        score: graded?.score ?? null,
        grade: toGrade(graded?.grade),
        open: {
          low: tried.open_low[index] ?? 0,
          medium: tried.open_medium[index] ?? 0,
          high: tried.open_high[index] ?? 0,
          critical: tried.open_critical[index] ?? 0,
        },
        accepted: acceptedAt(of.accepted, place === lasts.length - 1 ? of.now : at),
        changes: place === 0 ? null : changes,
      },
    };
  });
  if (goods.length === inOrder.length) return read;
  const known = new Set(lasts.map(stretchAt));
  const failed = new Set(inOrder.map(stretchAt).filter((stretch) => !known.has(stretch)));
  const none = [...failed].map((stretch) => ({ from: of.beginOf(stretch), scan: null }));
  return [...read, ...none].sort((a, b) => compareText(a.from, b.from));
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
