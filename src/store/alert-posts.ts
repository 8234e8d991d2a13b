import { type RawBuilder, type Selectable, type SqlBool, sql, type UpdateObject } from 'kysely';
import { type AlertLimits, alertKey } from '../ports/alert-store.ts';
import { HOUR_MS } from '../shared/time.ts';
import type { AlertTable } from './alert-tables.ts';
import { countRows } from './chunks.ts';
import type { Db, Tables } from './schema.ts';

type Row = Selectable<AlertTable>;

/** Messages in the thread of one alert; what comes more often is counted in its message. */
const REPLIES_MAX = 20;
const FLOOD_KEY = 'flood';

/** The row says something that its message does not say yet. */
export const stale = { is_stale: 1, version: sql<number>`version + 1` };

/** Nobody has seen the alert. */
export const unseen = { acknowledged_at: null, acknowledged_by: null };

export const changeAlert = (
  db: Db,
  id: number,
  columns: UpdateObject<Tables, 'alert'>,
): Promise<unknown> => db.updateTable('alert').set(columns).where('id', '=', id).execute();

/** Posts that a channel may still get in this hour; the last one is kept for the flood. */
export interface Budget {
  channel: string;
  /** Takes a post when there is one left beside the flood's. */
  take(): Promise<boolean>;
  /** The alert that stands for those without a post; its own post counts. */
  flood(at: number): Promise<number>;
}

/** What is left of the hour; a flood that calmed down takes no more. */
export async function openBudget(
  db: Db,
  channel: string,
  { perHour }: AlertLimits,
  at: number,
): Promise<Budget> {
  await db
    .deleteFrom('alert_post')
    .where('channel', '=', channel)
    .where('at', '<=', at - HOUR_MS)
    .execute();
  let posts = await countRows(db.selectFrom('alert_post').where('channel', '=', channel));
  let flood = await findOpen(db, channel, FLOOD_KEY);
  if (flood !== undefined && posts * 2 < perHour) {
    await changeAlert(db, flood.id, { resolved_at: at, ...stale });
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
        flood = await insertFlood(db, channel, time);
      }
      return flood.id;
    },
  };
}

const insertFlood = (db: Db, channel: string, at: number): Promise<Row> =>
  db
    .insertInto('alert')
    .values({
      ...{ channel, key: FLOOD_KEY, kind: 'flood', host: '', severity: 'high' },
      ...{ title: 'many alerts at once', detail: null },
      next_json: JSON.stringify(['findings on all', 'containers on all']),
      ...{ first_at: at, last_at: at, count: 1, is_silent: 0, is_stale: 1 },
    })
    .returningAll()
    .executeTakeFirstOrThrow();

/** True for an alert whose message speaks of others of which one is not over. */
export const speaksOfOpen = sql<SqlBool>`exists (select 1 from alert as member
  where (member.lead_id = alert.id or member.flood_id = alert.id) and member.resolved_at is null)`;

/** The first message of each open alert of a channel and its newest state, by their keys in the outbox. */
export const keysOfOpenAlerts = (channel: string): RawBuilder<string> => {
  const keys = ['post', 'state'].map(
    (what) => sql`select ${ALERT} || alert.id || ${`:${what}`} from alert
      where alert.channel = ${channel} and (alert.resolved_at is null or ${speaksOfOpen})`,
  );
  return sql`${sql.join(keys, sql` union all `)}`;
};

const ALERT = alertKey(0, '').slice(0, -'0:'.length);

/** Key in the outbox of the first message of a row of `alert`. */
export const postKey = sql<string>`${ALERT} || alert.id || ':post'`;

/** Ends snoozes whose time is over: what is still there is told then, by a message or a line. */
export async function wakeSnoozed(db: Db, budget: Budget, at: number): Promise<void> {
  const rows = await db
    .selectFrom('alert')
    .selectAll()
    .where('channel', '=', budget.channel)
    .where('snoozed_until', '<=', at)
    .where((eb) => eb.or([eb('resolved_at', 'is', null), speaksOfOpen]))
    .execute();
  for (const row of rows) {
    if (row.lead_id !== null) {
      await changeAlert(db, row.id, { snoozed_until: null, snoozed_by: null });
      continue;
    }
    const isSilent = row.is_silent === 1;
    const floodId = !isSilent || (await budget.take()) ? row.flood_id : await budget.flood(at);
    await changeAlert(db, row.id, {
      ...{ snoozed_until: null, snoozed_by: null, is_silent: 0, flood_id: floodId, ...stale },
      ...(isSilent ? { first_at: row.snoozed_until ?? at } : {}),
    });
    if (isSilent) await touchBefore(db, row);
    if (isSilent && floodId !== null) await touchFlood(db, floodId, { at, times: 1 });
    if (!isSilent && row.flood_id === null) {
      await addLine(db, budget, row, { at, text: 'The snooze is over, and it is still there.' });
    }
  }
}

/** The message of before says what came after it, if there is one. */
export async function touchBefore(
  db: Db,
  { id, channel, key }: Pick<Row, 'id' | 'channel' | 'key'>,
): Promise<void> {
  const before = await db
    .selectFrom('alert')
    .select(['id', 'lead_id'])
    .where('channel', '=', channel)
    .where('key', '=', key)
    .where('id', '<', id)
    .where('is_silent', '=', 0)
    .where('flood_id', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (before === undefined) return;
  await changeAlert(db, before.lead_id ?? before.id, stale);
}

/** A line in the thread of an alert that was told, where the hour has room for it. */
export async function addLine(
  db: Db,
  budget: Budget,
  { id, replies }: Pick<Row, 'id' | 'replies'>,
  { at, text }: { at: number; text: string },
): Promise<void> {
  if (replies >= REPLIES_MAX || !(await budget.take())) return;
  await changeAlert(db, id, { replies: replies + 1 });
  await db.insertInto('alert_line').values({ alert_id: id, at, text, mention: null }).execute();
}

/** So many more alerts, or times of one, are told by the flood's message alone. */
export async function touchFlood(
  db: Db,
  floodId: number,
  { at, times }: { at: number; times: number },
): Promise<void> {
  await changeAlert(db, floodId, { ...stale, count: sql<number>`count + ${times}`, last_at: at });
}

/**
 * Gives an alert a message of its own, where the hour has room, since the flood that stood for it takes no
 * more. False while it takes more: its message says what there is.
 */
export async function leaveFlood(
  db: Db,
  budget: Budget,
  { id, floodId, at }: { id: number; floodId: number; at: number },
): Promise<boolean> {
  const { resolved_at: calmAt } = await db
    .selectFrom('alert')
    .select('resolved_at')
    .where('id', '=', floodId)
    .executeTakeFirstOrThrow();
  if (calmAt === null) return false;
  const next = (await budget.take()) ? null : await budget.flood(at);
  const isStale = next === null ? 1 : 0;
  await changeAlert(db, id, { flood_id: next, first_at: at, ...stale, is_stale: isStale });
  await changeAlert(db, floodId, stale);
  if (next !== null) await touchFlood(db, next, { at, times: 1 });
  return true;
}

const findOpen = (db: Db, channel: string, key: string): Promise<Row | undefined> =>
  db
    .selectFrom('alert')
    .selectAll()
    .where('channel', '=', channel)
    .where('key', '=', key)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
