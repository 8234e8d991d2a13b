import { type Generated, sql } from 'kysely';
import type { AnnouncedProcess, LiveProcess, ProcessStore } from '../ports/process-store.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Database } from './database.ts';
import { isFree, isHeld, leaseClock, leaseEnd } from './leases.ts';
import { type Db, type Life, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    process: AnnouncedProcess & {
      is_draining: Generated<number>;
      started_at: number;
      seen_at: number;
      lease_until: number;
    };
  }
}

export const processLife: Life = {
  until: 'a day after it was last heard of; one that ends takes its row with it',
  why: 'who scans and watches',
  trims: [remove('process', ({ now }) => sql`seen_at < ${now - DAY_MS}`)],
};

export function createProcessesStore({ read, write }: Database): ProcessStore {
  return {
    announce: (process, leaseMs) => write((db) => announce(db, process, leaseMs)),
    beat: (id, leaseMs) =>
      write(async (db) => {
        const seen = await db
          .updateTable('process')
          .set({ seen_at: leaseClock(db), lease_until: leaseEnd(db, leaseMs) })
          .where('id', '=', id)
          .returning('seen_at')
          .executeTakeFirst();
        return seen?.seen_at ?? null;
      }),
    list: () => read(list),
    drain: (id) =>
      write(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('process')
          .set({ is_draining: 1 })
          .where('id', '=', id)
          .where(sql<boolean>`not ${isFree(db)}`)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n;
      }),
    leave: (id) =>
      write(async (db) => {
        await db.deleteFrom('process').where('id', '=', id).execute();
      }),
  };
}

async function announce(db: Db, process: AnnouncedProcess, leaseMs: number): Promise<number> {
  const alive = { seen_at: leaseClock(db), lease_until: leaseEnd(db, leaseMs) };
  const seen = await db
    .insertInto('process')
    .values({ ...process, ...alive, started_at: leaseClock(db) })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(alive))
    .returning('seen_at')
    .executeTakeFirstOrThrow();
  return seen.seen_at;
}

async function list(db: Db): Promise<LiveProcess[]> {
  const rows = await db
    .selectFrom('process')
    .selectAll()
    .where(isHeld(db), '=', 1)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const held = await db
    .selectFrom('watch')
    .select((eb) => ['lease_owner as owner', eb.fn.countAll<number>().as('hosts')])
    .where('lease_owner', 'is not', null)
    .where(isHeld(db), '=', 1)
    .groupBy('lease_owner')
    .execute();
  const hostsOf = new Map(held.map(({ owner, hosts }) => [owner, hosts]));
  return rows.map((row) => ({
    ...{ id: row.id, role: row.role, version: row.version, machine: row.machine, pid: row.pid },
    ...{ weight: row.weight, startedAt: row.started_at, seenAt: row.seen_at },
    isDraining: row.is_draining === 1,
    hosts: hostsOf.get(row.id) ?? 0,
  }));
}
