import { sql } from 'kysely';
import type { Held, Lease } from '../ports/lease.ts';
import { type OutboxStore, type OwedMessage, POSTPONED_MAX_MS } from '../ports/outbox.ts';
import { DAY_MS } from '../shared/time.ts';
import { keysOfOpenAlerts } from './alert-posts.ts';
import { endLease, extendLease, isFree, takeLease } from './leases.ts';
import type { Db } from './schema.ts';

type Wait = Parameters<OutboxStore['postpone']>[1];
type Refusal = Parameters<OutboxStore['markChannelDead']>[1];

const DEAD_RETRY_MS = DAY_MS;
/** By as much clocks of processes differ; one that claims may also have read its own before another postponed. */
const CLOCKS_APART_MS = 60_000;
/** Older news than this is not worth a message when a channel works again. */
const REVIVED_MAX_MS = 7 * DAY_MS;

/** See `OutboxStore.claim`. Two claims of one channel meet in its row, and one of them changes it. */
export async function claim(
  db: Db,
  { lease, aside }: { lease: Lease; aside: readonly number[] },
  at: number,
): Promise<OwedMessage | null> {
  const candidate = await db
    .selectFrom('outbox')
    .innerJoin('outbox_channel', 'outbox_channel.channel', 'outbox.channel')
    .select(['outbox.channel', 'outbox_channel.puts'])
    .where('outbox.state', '=', 'pending')
    .where(isFree(db))
    .where(waitsNot(at))
    .where(mayGo(aside))
    .orderBy('outbox.id')
    .limit(1)
    .executeTakeFirst();
  if (candidate === undefined) return null;
  const held = await takeLease(db, 'outbox_channel', ofChannel(candidate), lease);
  return held && takeFirst(db, { ...candidate, aside }, held, at);
}

/** Rows that are set aside, and those that lean on one that was not sent, let others go first. */
const mayGo = (aside: readonly number[]) =>
  aside.length === 0
    ? sql<boolean>`1 = 1`
    : sql<boolean>`(outbox.id not in (${sql.join(aside)}) and not exists (
        select 1 from outbox as leant_on where leant_on.state = 'pending' and leant_on.key
          in (outbox.action_json ->> 'of', outbox.action_json ->> 'threadOf')))`;

/** Nobody waits for longer than that: what says so was written by a clock that was ahead. */
const waitsNot = (at: number) =>
  sql<boolean>`(not_before <= ${at} or not_before > ${at + POSTPONED_MAX_MS + CLOCKS_APART_MS})`;

const ofChannel = ({ channel }: { channel: string }) => sql<boolean>`channel = ${channel}`;

/** The first row of a leased channel, marked as tried before it is: a killed try must be seen. */
async function takeFirst(
  db: Db,
  { channel, puts, aside }: { channel: string; puts: number; aside: readonly number[] },
  held: Held,
  at: number,
): Promise<OwedMessage> {
  const row = await db
    .selectFrom('outbox')
    .selectAll()
    .where('channel', '=', channel)
    .where('state', '=', 'pending')
    .where(mayGo(aside))
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  const attempts = row.attempts + 1;
  await db
    .updateTable('outbox')
    .set({ attempts, unsure_since: row.unsure_since ?? at })
    .where('id', '=', row.id)
    .execute();
  const action = row.action_json;
  const targetKey = action.kind === 'update' ? action.of : action.threadOf;
  return {
    id: row.id,
    held,
    key: row.key,
    channel,
    action,
    what: row.what,
    payload: row.payload_json?.payload,
    dueAt: row.due_at,
    putAt: row.put_at,
    revision: row.revision,
    attempts,
    unsureSince: row.unsure_since,
    lastError: row.last_error,
    channelPuts: puts,
    target: targetKey === undefined ? null : await findTarget(db, targetKey),
  };
}

async function findTarget(db: Db, key: string): Promise<OwedMessage['target']> {
  const row = await db
    .selectFrom('outbox')
    .select(['ts', 'due_at', 'put_at', 'last_error'])
    .where('key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { ts: row.ts, dueAt: row.due_at, putAt: row.put_at, lastError: row.last_error };
}

/** See `OutboxStore.renew`. */
export const renew = (db: Db, owed: OwedMessage): Promise<void> =>
  extendLease(db, 'outbox_channel', ofChannel(owed), owed.held);

/** Ends the lease, and holds the channel until the transaction ends. */
const release = (db: Db, owed: OwedMessage): Promise<void> =>
  endLease(db, 'outbox_channel', ofChannel(owed), owed.held);

/** See `OutboxStore.markSent`. Whoever has the channel by now looks itself for what Slack took. */
export async function markSent(db: Db, owed: OwedMessage, ts: string): Promise<boolean> {
  await release(db, owed);
  const { id, channel, revision } = owed;
  await db
    .updateTable('outbox')
    .set({ state: 'sent', payload_json: null, unsure_since: null })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .execute();
  await db.updateTable('outbox').set({ ts }).where('id', '=', id).execute();
  const { numUpdatedRows } = await db
    .updateTable('outbox_channel')
    .set({ dead_since: null, dead_reason: null, dead_tried_at: null, reported_at: null })
    .where('channel', '=', channel)
    .where('dead_since', 'is not', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** See `OutboxStore.postpone`. The rows behind it wait for the same reason. */
export async function postpone(
  db: Db,
  owed: OwedMessage,
  { until, reason, isUnsure }: Wait,
): Promise<void> {
  await release(db, owed);
  const { channel } = owed;
  await db
    .updateTable('outbox_channel')
    .set({ not_before: until })
    .where('channel', '=', channel)
    .execute();
  await db
    .updateTable('outbox')
    .set({ last_error: reason })
    .where('channel', '=', channel)
    .where('state', '=', 'pending')
    .execute();
  if (!isUnsure) await resetTry(db, owed);
}

/** See `OutboxStore.setAside`. */
export async function setAside(db: Db, owed: OwedMessage, reason: string): Promise<void> {
  await release(db, owed);
  await db.updateTable('outbox').set({ last_error: reason }).where('id', '=', owed.id).execute();
}

/** This try was refused for certain; doubt about an earlier one stays. */
async function resetTry(db: Db, { id, unsureSince }: OwedMessage): Promise<void> {
  await db.updateTable('outbox').set({ unsure_since: unsureSince }).where('id', '=', id).execute();
}

/** See `OutboxStore.markDead`; the notice is the caller's to put. False when the row goes on. */
export async function markDead(db: Db, owed: OwedMessage, reason: string): Promise<boolean> {
  await release(db, owed);
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ state: 'dead', dead_by: 'message', last_error: reason, payload_json: null })
    .where('id', '=', owed.id)
    .where('revision', '=', owed.revision)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** See `OutboxStore.markChannelDead`; the notice is the caller's to put. */
export async function markChannelDead(
  db: Db,
  owed: OwedMessage,
  { reason, at }: Refusal,
): Promise<'dead' | 'news' | 'again'> {
  await release(db, owed);
  const { channel } = owed;
  await resetTry(db, owed);
  const { puts } = await db
    .selectFrom('outbox_channel')
    .select('puts')
    .where('channel', '=', channel)
    .executeTakeFirstOrThrow();
  if (puts !== owed.channelPuts) return 'again';
  const died = await db
    .updateTable('outbox')
    .set({ state: 'dead', dead_by: 'channel', last_error: reason })
    .where('channel', '=', channel)
    .where('state', '=', 'pending')
    .returning('what')
    .execute();
  await db
    .updateTable('outbox_channel')
    .set((eb) => ({
      dead_since: eb.fn.coalesce('dead_since', eb.val(at)),
      dead_reason: reason,
      dead_tried_at: at,
    }))
    .where('channel', '=', channel)
    .execute();
  // Whoever asked is told where they asked.
  if (died.every(({ what }) => what === 'answer')) return 'dead';
  const { numUpdatedRows } = await db
    .updateTable('outbox_channel')
    .set({ reported_at: at })
    .where('channel', '=', channel)
    .where('reported_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n ? 'news' : 'dead';
}

/** Rows that died with their channel wait again, but for answers, and for old ones that are of no open alert. */
export async function reviveRows(db: Db, channel: string, at: number): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ state: 'pending', dead_by: null })
    .where('channel', '=', channel)
    .where('dead_by', '=', 'channel')
    .where('what', '!=', 'answer')
    .where((eb) =>
      eb.or([
        eb('due_at', '>', at - REVIVED_MAX_MS),
        sql<boolean>`key in (${keysOfOpenAlerts(channel)})`,
      ]),
    )
    .execute();
}

/** See `OutboxStore.reviveDeadChannels`. */
export async function reviveDeadChannels(db: Db, at: number): Promise<void> {
  const channels = await db
    .updateTable('outbox_channel')
    .set({ dead_tried_at: at })
    .where('dead_since', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('dead_tried_at', '<=', at - DEAD_RETRY_MS),
        eb('dead_tried_at', '>', at + CLOCKS_APART_MS),
      ]),
    )
    .returning('channel')
    .execute();
  for (const { channel } of channels) await reviveRows(db, channel, at);
}
