import { type ColumnType, type Generated, sql } from 'kysely';
import type {
  Delivery,
  DeliveryStore,
  LeftDelivery,
  TakenDelivery,
} from '../ports/delivery-store.ts';
import type { Held, Lease } from '../ports/lease.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Database } from './database.ts';
import {
  endLease,
  extendLease,
  isFree,
  type LeaseColumns,
  leaseClock,
  leaseEnd,
  noLease,
  renewLease,
  takeLease,
} from './leases.ts';
import { type Db, type Life, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** Held by who answers it; by nobody once nobody does any more. */
    delivery: LeaseColumns & {
      key: string;
      /** When it came first, by the clock of the process that it came to. */
      seen_at: number;
      /** Later nobody can be answered; by the clock of leases. */
      answer_until: Generated<number>;
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
export const ended = { ...noLease, body_json: null } as const;

/** Deliveries in the database: replicas and restarts agree who answers. */
export function createDeliveriesStore({ write }: Database): DeliveryStore {
  return {
    claim: (delivery, lease, at) => write((db) => claim(db, delivery, lease, at)),
    renew: (deliveries) =>
      write(async (db) => {
        const ours = [];
        for (const one of deliveries) {
          if (await renewLease(db, 'delivery', ofKey(one.key), one.held)) ours.push(one);
        }
        return ours;
      }),
    keepProgress: ({ key, held }, ts) =>
      write(async (db) => {
        await extendLease(db, 'delivery', ofKey(key), held);
        await db.updateTable('delivery').set({ progress_ts: ts }).where('key', '=', key).execute();
      }),
    finish: ({ key, held }) =>
      write(async (db) => {
        await endLease(db, 'delivery', ofKey(key), held);
        await db.updateTable('delivery').set(ended).where('key', '=', key).execute();
      }),
    takeOver: (lease, own) => write((db) => takeOver(db, lease, own)),
  };
}

const keysOf = (deliveries: readonly TakenDelivery[]) => deliveries.map(({ key }) => key);
const ofKey = (key: string) => sql<boolean>`key = ${key}`;

async function claim(
  db: Db,
  { key, body, answerWithinMs }: Delivery,
  { owner, leaseMs }: Lease,
  at: number,
): Promise<Held | null> {
  const claimed = {
    seen_at: at,
    lease_owner: owner,
    lease_until: leaseEnd(db, leaseMs),
    answer_until: leaseEnd(db, answerWithinMs),
    tries: 1,
    progress_ts: null,
    body_json: body === null ? null : JSON.stringify({ body }),
  };
  const row = await db
    .insertInto('delivery')
    .values({ key, lease_token: 1, ...claimed })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((eb) => ({ lease_token: eb('delivery.lease_token', '+', 1), ...claimed }))
        .where('delivery.seen_at', '<', at - DAY_MS),
    )
    .returning('lease_token as token')
    .executeTakeFirst();
  return row === undefined ? null : { owner, leaseMs, token: row.token };
}

async function takeOver(
  db: Db,
  lease: Lease,
  own: readonly TakenDelivery[],
): Promise<LeftDelivery | null> {
  const isLeft = sql<boolean>`lease_owner is not null and ${isFree(db)}`;
  await db
    .updateTable('delivery')
    .set(ended)
    .where(isLeft)
    .where('key', 'not in', keysOf(own))
    .where('answer_until', '<=', leaseClock(db))
    .execute();
  const left = await db
    .selectFrom('delivery')
    .select(['key', 'seen_at', 'progress_ts', 'body_json'])
    .where(isLeft)
    .where('key', 'not in', keysOf(own))
    .where('body_json', 'is not', null)
    .orderBy('answer_until')
    .limit(1)
    .executeTakeFirst();
  if (left === undefined) return null;
  const { key, seen_at: seenAt, progress_ts: progressTs, body_json: kept } = left;
  // Another process that saw the same row changes it first, or not at all.
  const held = await takeLease(db, 'delivery', ofKey(key), lease);
  if (held === null) return null;
  const { tries } = await db
    .updateTable('delivery')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('key', '=', key)
    .returning('tries')
    .executeTakeFirstOrThrow();
  return { key, held, body: kept?.body, seenAt, tries, progressTs };
}
