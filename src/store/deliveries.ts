import { type ColumnType, type Generated, type Kysely, sql } from 'kysely';
import type { DeliveryLease, DeliveryStore, LeftDelivery } from '../ports/delivery-store.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Database } from './database.ts';
import { type Life, remove } from './life.ts';
import type { Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    delivery: {
      key: string;
      seen_at: number;
      /** Who answers it; null once nobody does any more. */
      owner: string | null;
      claimed_until: number | null;
      tries: Generated<number>;
      progress_ts: string | null;
      /** In an object, because of JSON columns only objects come back parsed. */
      body_json: ColumnType<{ body: unknown } | null, string | null, string | null>;
    };
  }
}

export const deliveryLife: Life = {
  until: 'a day; what it said is dropped once it is answered or given up',
  why: 'what Slack delivers is answered once, whichever process ends',
  trims: [remove('delivery', ({ now }) => sql`seen_at < ${now - DAY_MS}`, 'key')],
};

/** Nobody works on it, and nobody is to. */
export const ended = { owner: null, claimed_until: null, body_json: null } as const;

/** Deliveries in the database: replicas and restarts agree who answers. */
export function createDeliveriesStore({ write }: Database): DeliveryStore {
  return {
    claim: ({ key, body }, { owner, at, leaseMs }) =>
      write(async (db) => {
        const claimed = {
          seen_at: at,
          owner,
          claimed_until: at + leaseMs,
          tries: 1,
          progress_ts: null,
          body_json: body === null ? null : JSON.stringify({ body }),
        };
        const row = await db
          .insertInto('delivery')
          .values({ key, ...claimed })
          .onConflict((conflict) =>
            conflict
              .column('key')
              .doUpdateSet(claimed)
              .where('delivery.seen_at', '<', at - DAY_MS),
          )
          .returning('key')
          .executeTakeFirst();
        return row !== undefined;
      }),
    hold: (keys, { owner, at, leaseMs }) =>
      write(async (db) => {
        if (keys.length === 0) return [];
        const rows = await db
          .updateTable('delivery')
          .set({ claimed_until: at + leaseMs })
          .where('key', 'in', keys)
          .where('owner', '=', owner)
          .returning('key')
          .execute();
        return rows.map(({ key }) => key);
      }),
    keepProgress: (key, ts) =>
      write(async (db) => {
        await db.updateTable('delivery').set({ progress_ts: ts }).where('key', '=', key).execute();
      }),
    finish: (key, owner) =>
      write(async (db) => {
        await db
          .updateTable('delivery')
          .set(ended)
          .where('key', '=', key)
          .where('owner', '=', owner)
          .execute();
      }),
    takeOver: (lease, seenAfter) => write((transaction) => takeOver(transaction, lease, seenAfter)),
  };
}

async function takeOver(
  db: Kysely<Tables>,
  { owner, at, leaseMs }: DeliveryLease,
  seenAfter: number,
): Promise<LeftDelivery | null> {
  await db
    .updateTable('delivery')
    .set(ended)
    .where('claimed_until', '<=', at)
    .where('seen_at', '<=', seenAfter)
    .execute();
  const left = await db
    .selectFrom('delivery')
    .selectAll()
    .where('claimed_until', '<=', at)
    .where('body_json', 'is not', null)
    .orderBy('seen_at')
    .limit(1)
    .executeTakeFirst();
  if (left === undefined) return null;
  const tries = left.tries + 1;
  // Another process that sees the same row changes it first, or not at all.
  const taken = await db
    .updateTable('delivery')
    .set({ owner, claimed_until: at + leaseMs, tries })
    .where('key', '=', left.key)
    .where('tries', '=', left.tries)
    .where('claimed_until', '<=', at)
    .returning('key')
    .executeTakeFirst();
  if (taken === undefined) return null;
  const { key, seen_at: seenAt, progress_ts: progressTs, body_json: kept } = left;
  return { key, body: kept?.body, seenAt, tries, progressTs };
}
