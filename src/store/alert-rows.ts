import type { Kysely, Selectable } from 'kysely';
import type {
  AlertCursor,
  AlertEnd,
  AlertLimits,
  AlertSignal,
  AlertStore,
} from '../ports/alert-store.ts';
import { HOUR_MS } from '../shared/time.ts';
import type { AlertTable } from './alert-tables.ts';
import { lockChannels } from './locks.ts';
import type { Tables } from './schema.ts';

type Apply = Parameters<AlertStore['apply']>;
type Row = Selectable<AlertTable>;

/** Messages in the thread of one alert; what comes more often is counted in its message. */
const REPLIES_MAX = 20;
const FLOOD_KEY = 'flood';

/** See `AlertStore.apply`; the caller's transaction makes it all or nothing. */
export async function applyAlerts(
  db: Kysely<Tables>,
  [place, { signals, ends, told }, limits, at]: Apply,
): Promise<void> {
  await lockChannels(db, [place.channel]);
  if (!(await moveCursor(db, place))) return;
  const budget = await openBudget(db, place.channel, limits, at);
  await wakeSnoozed(db, budget, at);
  // A trouble that came and went, and came again, is told in that order.
  const steps = [
    ...signals.map((signal) => ({ at: signal.at, order: 0, signal, end: null })),
    ...ends.map((end) => ({ at: end.at, order: 1, signal: null, end })),
  ].sort((a, b) => a.at - b.at || a.order - b.order);
  for (const { signal, end } of steps) {
    if (signal) await raise(db, budget, signal, at);
    else if (end) await resolve(db, place.channel, end);
  }
  const keys = await readTold(db, place, told);
  for (const key of keys) await resolve(db, place.channel, { key, at, why: told.why });
}

/** Keys of open alerts that nothing else ends. */
async function readTold(
  db: Kysely<Tables>,
  { channel, host }: Apply[0],
  { kinds, before }: Apply[1]['told'],
): Promise<string[]> {
  const rows = await db
    .selectFrom('alert')
    .select('key')
    .where('channel', '=', channel)
    .where('host', '=', host)
    .where('kind', 'in', kinds)
    .where('last_at', '<', before)
    .where('resolved_at', 'is', null)
    .execute();
  return rows.map(({ key }) => key);
}

/** False when another process went on from the same place. */
async function moveCursor(
  db: Kysely<Tables>,
  { channel, host, from, to }: Apply[0],
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('alert_cursor')
    .set(columnsOf(to))
    .where('channel', '=', channel)
    .where('host', '=', host)
    .where('findings_at', '=', from.findingsAt)
    .where('container_id', '=', from.containerRow)
    .where('engine_change_id', '=', from.engineChange)
    .where('event_id', '=', from.event)
    .where('blind_at', '=', from.blindAt)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Columns of a cursor. */
export const columnsOf = (cursor: AlertCursor) => ({
  findings_at: cursor.findingsAt,
  container_id: cursor.containerRow,
  engine_change_id: cursor.engineChange,
  event_id: cursor.event,
  blind_at: cursor.blindAt,
});

/** Posts that a channel may still get in this hour; the last one is kept for the flood. */
interface Budget {
  channel: string;
  /** Takes a post when there is one left beside the flood's. */
  take(): Promise<boolean>;
  /** The alert that stands for those without a post; its own post counts. */
  flood(at: number): Promise<number>;
}

async function openBudget(
  db: Kysely<Tables>,
  channel: string,
  { perHour }: AlertLimits,
  at: number,
): Promise<Budget> {
  await db
    .deleteFrom('alert_post')
    .where('channel', '=', channel)
    .where('at', '<=', at - HOUR_MS)
    .execute();
  const { count } = await db
    .selectFrom('alert_post')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('channel', '=', channel)
    .executeTakeFirstOrThrow();
  let posts = Number(count);
  let flood = await findOpen(db, channel, FLOOD_KEY);
  if (flood !== undefined && posts * 2 < perHour) {
    const end = { key: FLOOD_KEY, at, why: 'it became calm again' };
    await resolve(db, channel, end);
    flood = undefined;
  }
  const note = async () => {
    posts += 1;
    await db.insertInto('alert_post').values({ channel, at }).execute();
  };
  return {
    channel,
    async take() {
      const kept = flood === undefined ? 1 : 0;
      if (posts >= perHour - kept) return false;
      await note();
      return true;
    },
    async flood(time) {
      if (flood === undefined) {
        await note();
        flood = await insert(db, channel, floodSignal(time), { floodId: null, isSilent: false });
      }
      return flood.id;
    },
  };
}

const floodSignal = (at: number): AlertSignal => ({
  key: FLOOD_KEY,
  kind: 'flood',
  host: '',
  severity: 'high',
  title: 'many alerts at once',
  detail: null,
  next: ['findings on all', 'containers on all'],
  at,
});

/** What came while a snooze held and is still there gets its message once the snooze is over. */
async function wakeSnoozed(db: Kysely<Tables>, budget: Budget, at: number): Promise<void> {
  const rows = await db
    .selectFrom('alert')
    .selectAll()
    .where('channel', '=', budget.channel)
    .where('resolved_at', 'is', null)
    .where('is_silent', '=', 1)
    .where('snoozed_until', '<=', at)
    .execute();
  for (const { id } of rows) {
    const floodId = (await budget.take()) ? null : await budget.flood(at);
    await db
      .updateTable('alert')
      .set({ is_silent: 0, is_stale: 1, flood_id: floodId })
      .where('id', '=', id)
      .execute();
    if (floodId !== null) await touch(db, floodId, at);
  }
}

async function raise(
  db: Kysely<Tables>,
  budget: Budget,
  signal: AlertSignal,
  at: number,
): Promise<void> {
  const { channel } = budget;
  const newest = await db
    .selectFrom('alert')
    .selectAll()
    .where('channel', '=', channel)
    .where('key', '=', signal.key)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  // What was counted already is read again where the news overlap.
  if (newest !== undefined && signal.at <= newest.last_at) return;
  if (newest !== undefined && newest.resolved_at === null) {
    return repeat(db, budget, { row: newest, signal, at });
  }
  const snooze = newest !== undefined && isSnoozed(newest, at) ? newest : null;
  const isSilent = snooze !== null;
  const floodId = isSilent || (await budget.take()) ? null : await budget.flood(signal.at);
  await insert(db, channel, signal, { floodId, isSilent, snooze });
  if (floodId !== null) await touch(db, floodId, signal.at);
}

const isSnoozed = ({ snoozed_until: until }: Pick<Row, 'snoozed_until'>, at: number): boolean =>
  until !== null && until > at;

async function repeat(
  db: Kysely<Tables>,
  budget: Budget,
  { row, signal, at }: { row: Row; signal: AlertSignal; at: number },
): Promise<void> {
  const isQuiet = row.is_silent === 1 || isSnoozed(row, at);
  const canReply = !isQuiet && row.flood_id === null && row.replies < REPLIES_MAX;
  const hasReply = canReply && (await budget.take());
  await db
    .updateTable('alert')
    .set((eb) => ({
      last_at: signal.at,
      count: eb('count', '+', 1),
      severity: signal.severity,
      title: signal.title,
      detail: signal.detail,
      next_json: JSON.stringify(signal.next),
      replies: hasReply ? row.replies + 1 : row.replies,
      is_stale: isQuiet || row.flood_id !== null ? row.is_stale : 1,
    }))
    .where('id', '=', row.id)
    .execute();
  if (row.flood_id !== null && !isQuiet) await touch(db, row.flood_id, signal.at);
}

async function resolve(
  db: Kysely<Tables>,
  channel: string,
  { key, at, why }: AlertEnd,
): Promise<void> {
  const row = await findOpen(db, channel, key);
  if (row === undefined || at < row.last_at) return;
  const hasMessage = row.is_silent === 0 && row.flood_id === null;
  await db
    .updateTable('alert')
    .set({ resolved_at: at, resolved_why: why, ...(hasMessage ? { is_stale: 1 } : {}) })
    .where('id', '=', row.id)
    .execute();
}

function findOpen(db: Kysely<Tables>, channel: string, key: string): Promise<Row | undefined> {
  return db
    .selectFrom('alert')
    .selectAll()
    .where('channel', '=', channel)
    .where('key', '=', key)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
}

function insert(
  db: Kysely<Tables>,
  channel: string,
  signal: AlertSignal,
  how: { floodId: number | null; isSilent: boolean; snooze?: Row | null },
): Promise<Row> {
  const { key, kind, host, severity, title, detail, next, at } = signal;
  const { floodId, isSilent, snooze } = how;
  return db
    .insertInto('alert')
    .values({
      ...{ channel, key, kind, host, severity, title, detail },
      next_json: JSON.stringify(next),
      first_at: at,
      last_at: at,
      count: 1,
      resolved_at: null,
      resolved_why: null,
      snoozed_until: snooze?.snoozed_until ?? null,
      snoozed_by: snooze?.snoozed_by ?? null,
      flood_id: floodId,
      is_silent: isSilent ? 1 : 0,
      is_stale: isSilent || floodId !== null ? 0 : 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** One more alert, or one more time of it, is told by the flood's message alone. */
async function touch(db: Kysely<Tables>, floodId: number, at: number): Promise<void> {
  await db
    .updateTable('alert')
    .set((eb) => ({ count: eb('count', '+', 1), last_at: at, is_stale: 1 }))
    .where('id', '=', floodId)
    .execute();
}
