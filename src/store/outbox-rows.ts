import {
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type JSONColumnType,
  sql,
} from 'kysely';
import type {
  OutboxAction,
  OutboxBacklog,
  OutboxMessage,
  OutboxState,
  OutboxStore,
} from '../ports/outbox.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Database } from './database.ts';
import type { LeaseColumns } from './leases.ts';
import { lockChannels } from './locks.ts';
import {
  claim,
  markChannelDead,
  markDead,
  markSent,
  postpone,
  renew,
  reviveDeadChannels,
  reviveRows,
  setAside,
} from './outbox-claims.ts';
import { type Db, type Life, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    outbox: {
      id: GeneratedAlways<number>;
      key: string;
      channel: string;
      action_json: JSONColumnType<OutboxAction>;
      what: OutboxMessage['what'];
      /** In an object, because of JSON columns only objects come back parsed. Null once it was sent. */
      payload_json: ColumnType<{ payload: unknown } | null, string, string | null>;
      due_at: number;
      put_at: number;
      revision: Generated<number>;
      state: Generated<OutboxState['state']>;
      attempts: Generated<number>;
      unsure_since: number | null;
      ts: string | null;
      last_error: string | null;
      dead_by: 'channel' | 'message' | 'withdrawn' | null;
    };
    outbox_channel: LeaseColumns & {
      channel: string;
      not_before: Generated<number>;
      puts: Generated<number>;
      dead_since: number | null;
      dead_reason: string | null;
      dead_tried_at: number | null;
      reported_at: number | null;
    };
  }
}

/** How long what was sent or refused is remembered. Revived are seven days of it, repeated is less. */
const OUTBOX_DAYS = 30;

export const outboxLife: Life = {
  until: `${OUTBOX_DAYS} days after it was put and sent or refused, those of an alert as long as it; what it said is dropped as Slack takes it`,
  why: 'nothing owed is lost, and nothing is sent twice',
  trims: [
    remove(
      'outbox',
      ({ now }) =>
        sql`state <> 'pending' and what <> 'alert' and put_at < ${now - OUTBOX_DAYS * DAY_MS}
          and channel not in (select channel from outbox where state = 'pending')`,
    ),
  ],
};

export const outboxChannelLife: Life = {
  until: 'it has no message in the outbox',
  why: 'who sends to a channel, and whether it refuses',
  trims: [
    remove(
      'outbox_channel',
      ({ now }) =>
        sql`dead_since is null and lease_until < ${now} and (not_before < ${now} or not_before > ${now + DAY_MS})
          and not exists (select 1 from outbox where outbox.channel = outbox_channel.channel)`,
      'channel',
    ),
  ],
};

/** The outbox in the database; every call is one transaction. */
export function createOutboxStore({ read, write, decide }: Database): OutboxStore {
  return {
    put(messages, at) {
      const isAwaited = messages.length > 0 && messages.every(({ what }) => what === 'answer');
      return (isAwaited ? decide : write)((db) => putMessages(db, messages, at));
    },
    claim: (lease, at, aside = []) => write((db) => claim(db, { lease, aside }, at)),
    renew: (owed) => write((db) => renew(db, owed)),
    markSent: (owed, ts) => write((db) => markSent(db, owed, ts)),
    setAside: (owed, reason) => write((db) => setAside(db, owed, reason)),
    postpone: (owed, wait) => write((db) => postpone(db, owed, wait)),
    markDead: (owed, { reason, at, notice }) =>
      write(async (db) => {
        const isDead = await markDead(db, owed, reason);
        if (isDead && notice !== null) await putMessages(db, [notice], at);
      }),
    markChannelDead: (owed, refusal) =>
      write(async (db) => {
        const result = await markChannelDead(db, owed, refusal);
        if (result === 'news' && refusal.notice)
          await putMessages(db, [refusal.notice], refusal.at);
        return result;
      }),
    holdAll: (reason) => write((db) => holdAll(db, reason)),
    withdraw: (keys, reason) => write((db) => withdraw(db, keys, reason)),
    reviveDeadChannels: (at) => write((db) => reviveDeadChannels(db, at)),
    statesOf: (keys) => read((db) => statesOf(db, keys)),
    backlog: () => read(backlog),
  };
}

/** See `OutboxStore.put`; within the caller's transaction. */
export async function putMessages(
  db: Db,
  messages: readonly OutboxMessage[],
  at: number,
): Promise<void> {
  const channels = messages.map(({ channel }) => channel);
  await lockChannels(db, channels);
  for (const message of messages) {
    await refuseLoose(db, message);
    const { channel } = message;
    if (!(await putRow(db, message, at))) continue;
    await db
      .updateTable('outbox_channel')
      .set((eb) => ({ puts: eb('puts', '+', 1) }))
      .where('channel', '=', channel)
      .execute();
    // Somebody counts on the channel again: what it refused before goes first.
    await reviveRows(db, channel, at);
  }
}

/** A message must be able to lean on its target for as long as it waits. */
async function refuseLoose(db: Db, { key, channel, action }: OutboxMessage) {
  const target = action.kind === 'update' ? action.of : action.threadOf;
  if (target === undefined) return;
  const row = await db
    .selectFrom('outbox')
    .select('channel')
    .where('key', '=', target)
    .executeTakeFirst();
  if (row?.channel !== channel) {
    throw new Error(`the outbox message ${key} leans on ${target}, which is not in its channel`);
  }
}

async function putRow(db: Db, message: OutboxMessage, at: number): Promise<boolean> {
  const { key, channel, action, what, dueAt } = message;
  const says = {
    payload_json: JSON.stringify({ payload: message.payload }),
    due_at: dueAt,
    put_at: at,
  };
  const row = await db
    .insertInto('outbox')
    .values({ key, channel, action_json: JSON.stringify(action), what, ...says })
    .onConflict((conflict) => {
      const known = conflict.column('key');
      if (action.kind === 'post') return known.doNothing();
      return known.doUpdateSet((eb) => ({
        ...says,
        revision: eb('outbox.revision', '+', 1),
        state: 'pending' as const,
        attempts: 0,
        last_error: null,
        dead_by: null,
      }));
    })
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

async function holdAll(db: Db, reason: string): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ last_error: reason })
    .where('state', '=', 'pending')
    .execute();
}

async function withdraw(db: Db, keys: readonly string[], reason: string): Promise<boolean> {
  await lockChannelsOf(db, keys);
  const rows = await db
    .selectFrom('outbox')
    .select(['state', 'unsure_since'])
    .where('key', 'in', keys)
    .execute();
  const mayBeTaken = rows.some(
    ({ state, unsure_since: since }) => state === 'sent' || (state === 'pending' && since !== null),
  );
  if (mayBeTaken) return false;
  await db
    .updateTable('outbox')
    .set({ state: 'dead', dead_by: 'withdrawn', last_error: reason, payload_json: null })
    .where('key', 'in', keys)
    .execute();
  return true;
}

/** A row stays in its channel, so that it can be looked for before the channel is held. */
async function lockChannelsOf(db: Db, keys: readonly string[]): Promise<void> {
  const rows = await db.selectFrom('outbox').select('channel').where('key', 'in', keys).execute();
  const channels = rows.map(({ channel }) => channel);
  await lockChannels(db, channels);
}

async function statesOf(db: Db, keys: readonly string[]): Promise<OutboxState[]> {
  const rows = await db
    .selectFrom('outbox')
    .select(['key', 'state', 'ts', 'last_error'])
    .where('key', 'in', keys)
    .execute();
  return rows.map(({ last_error: lastError, ...row }) => ({ ...row, lastError }));
}

async function backlog(db: Db): Promise<OutboxBacklog> {
  const { pending, oldest } = await db
    .selectFrom('outbox')
    .select((eb) => [
      eb.fn.countAll<number>().as('pending'),
      eb.fn.min<number | null>('due_at').as('oldest'),
    ])
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow();
  const dead = await db
    .selectFrom('outbox_channel')
    .select(['channel', 'dead_since', 'dead_reason'])
    .where('dead_since', 'is not', null)
    .orderBy('channel')
    .execute();
  const deadChannels = dead.map(({ channel, dead_since: since, dead_reason: reason }) => ({
    channel,
    since: since ?? 0,
    reason: reason ?? '',
  }));
  return { pending, oldestDueAt: oldest, deadChannels };
}
