import { type Generated, type RawBuilder, sql } from 'kysely';
import { LeaseLost } from '../ports/lease.ts';
import {
  type ClaimedScanJob,
  type FollowedScanJob,
  type HeldScanJob,
  type ScanJob,
  type ScanJobEnd,
  type ScanJobStore,
  ScanStopped,
  type SnapshotProgress,
} from '../ports/scan-queue.ts';
import type { ErrorCode } from '../shared/errors.ts';
import { DAY_MS, HOUR_MS } from '../shared/time.ts';
import { idsOf, keyList } from './chunks.ts';
import { isPostgres } from './columns.ts';
import type { Database } from './database.ts';
import {
  isFree,
  isHeld,
  isHeldAs,
  type LeaseColumns,
  leaseClock,
  leaseEnd,
  noLease,
  takenColumns,
} from './leases.ts';
import { endIn, writeEnd } from './scan-job-ends.ts';
import { type Db, type Life, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    scan_job: LeaseColumns & {
      id: Generated<number>;
      host: string;
      what: ScanJob['what'];
      is_brief: number;
      askers: Generated<number>;
      asked_at: number;
      begun_at: number | null;
      ended_at: number | null;
      tries: Generated<number>;
      latest_json: SnapshotProgress | null;
      stopped_by: string | null;
      result_json: unknown;
      problem: string | null;
      problem_code: ErrorCode | null;
    };
  }
}

export const scanJobLife: Life = {
  until: 'an hour after it ended; a day where it never did',
  why: 'a scan that one process asked for and another one may do, and what came of it',
  trims: [
    remove('scan_job', ({ now }) => sql`ended_at < ${now - HOUR_MS}`),
    remove('scan_job', ({ now }) => sql`ended_at is null and asked_at < ${now - DAY_MS}`),
  ],
};

/** A job that was taken so often, and never ended, takes its processes with it. */
const TRIES_MAX = 5;

/** What processes that share a database ask of one another; each method is all or nothing. */
export function createScanJobsStore({ write, single }: Database): ScanJobStore {
  return {
    ask: (job) => single((db) => ask(db, job)),
    async claim(id, lease) {
      const claimed = await single((db) => claim(db, id, lease));
      if (claimed === null) return null;
      const { tries, ...taken } = claimed;
      if (tries <= TRIES_MAX) return taken;
      const problem = `the scan of ${taken.job.host} ended the process that did it, ${TRIES_MAX} times`;
      await single((db) => writeEnd(db, taken.held, { kind: 'failed', code: null, problem }));
      return null;
    },
    beat: (held, latest) => single((db) => beat(db, held, latest)),
    end: (held, end) =>
      write(async (db) => {
        const { isEnded } = await hold(db, held);
        if (!isEnded) await writeEnd(db, held, end);
      }),
    giveBack: (held) =>
      single(async (db) => {
        await db
          .updateTable('scan_job')
          .set((eb) => ({ ...noLease, tries: eb('tries', '-', 1), latest_json: null }))
          .where('id', '=', held.id)
          .where('ended_at', 'is', null)
          .where(isHeldAs(held))
          .execute();
      }),
    listWaiting: (hosts) => single((db) => listWaiting(db, hosts)),
    follow: (ids) => single((db) => follow(db, ids)),
    findEnd: (id) => single((db) => findEnd(db, id)),
    leave: (id, by) => write((db) => leave(db, id, by)),
    stop: (host, by) => write((db) => stop(db, sql`host = ${host}`, by)),
    backlog: () => single(backlog),
  };
}

async function ask(db: Db, { host, what, isBrief }: ScanJob): Promise<number> {
  const is_brief = Number(isBrief);
  const { id } = await db
    .insertInto('scan_job')
    .values({ host, what, is_brief, asked_at: leaseClock(db) })
    .onConflict((conflict) =>
      conflict
        .columns(['host', 'what'])
        .where('ended_at', 'is', null)
        .doUpdateSet((eb) => ({
          is_brief: eb('scan_job.is_brief', '*', is_brief),
          askers: eb('scan_job.askers', '+', 1),
        })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function claim(
  db: Db,
  id: number,
  lease: Parameters<ScanJobStore['claim']>[1],
): Promise<(ClaimedScanJob & { tries: number }) | null> {
  const taken = await db
    .updateTable('scan_job')
    .set((eb) => ({
      ...takenColumns(db, lease),
      ...{ tries: eb('tries', '+', 1), latest_json: null },
      begun_at: eb.fn.coalesce('begun_at', leaseClock(db)),
    }))
    .where('id', '=', (eb) =>
      eb
        .selectFrom('scan_job')
        .select('id')
        .where('id', '=', id)
        // Of one that is being stored nobody sees the signs of life: who does it has it all the same.
        .$if(isPostgres(db), (query) => query.forUpdate().skipLocked()),
    )
    .where('ended_at', 'is', null)
    .where(isFree(db))
    .returning(['host', 'what', 'tries', 'lease_token as token'])
    .returning(sql<number>`begun_at - asked_at`.as('waitedMs'))
    .executeTakeFirst();
  if (taken === undefined) return null;
  const { host, what, tries, token, waitedMs } = taken;
  return {
    held: { ...lease, token, id },
    job: { host, what },
    // It began when it was taken for the first time.
    waitedMs: token === 1 ? Math.max(0, waitedMs) : null,
    tries,
  };
}

/**
 * Holds a job as long again, until the transaction ends against everybody, with what else is to be written.
 * Rejects with `LeaseLost`.
 */
async function hold(
  db: Db,
  held: HeldScanJob,
  more: { latest_json?: SnapshotProgress | null } = {},
): Promise<{ isEnded: boolean; isBrief: boolean; host: string; stoppedBy: string | null }> {
  const row = await db
    .updateTable('scan_job')
    .set({ lease_until: leaseEnd(db, held.leaseMs), ...more })
    .where('id', '=', held.id)
    .where(isHeldAs(held))
    .returning(['ended_at', 'is_brief', 'host', 'stopped_by'])
    .executeTakeFirst();
  if (row === undefined) throw new LeaseLost();
  const { host, stopped_by: stoppedBy } = row;
  return { isEnded: row.ended_at !== null, isBrief: row.is_brief === 1, host, stoppedBy };
}

/** Nobody looks at how far a job is that ended. */
async function beat(
  db: Db,
  held: HeldScanJob,
  latest: SnapshotProgress | null,
): Promise<string | null> {
  const { stoppedBy, isEnded } = await hold(db, held, { latest_json: latest && toJson(latest) });
  return isEnded ? null : stoppedBy;
}

const toJson = (value: unknown) => JSON.stringify(value) as unknown as SnapshotProgress;

/**
 * Holds a job in the transaction that stores its scan, which ends it by `endWithScan`: both or none. Until then
 * signs of life wait, which would undo what is written, and so does whoever asks for it or stops it: what may have to be
 * waited for comes before. Tells whether all who ask can do without the lists of the answer. Rejects with
 * `LeaseLost` where somebody else does it, or has, and with `ScanStopped` where somebody stopped it.
 */
export async function holdToEnd(db: Db, held: HeldScanJob): Promise<{ isBrief: boolean }> {
  const { isEnded, isBrief, host, stoppedBy } = await hold(db, held);
  if (isEnded) throw new LeaseLost();
  if (stoppedBy !== null) throw new ScanStopped(host, stoppedBy);
  return { isBrief };
}

/** Ends a job that this transaction holds with what its scan gives. */
export const endWithScan = (db: Db, held: HeldScanJob, result: unknown): Promise<void> =>
  writeEnd(db, held, { kind: 'result', result });

async function listWaiting(
  db: Db,
  hosts: readonly string[],
): ReturnType<ScanJobStore['listWaiting']> {
  if (hosts.length === 0) return [];
  return db
    .selectFrom('scan_job')
    .select(['id', 'host', 'what'])
    .where('ended_at', 'is', null)
    .where('host', 'in', hosts)
    .where(isFree(db))
    .orderBy('id')
    .execute();
}

async function follow(db: Db, ids: readonly number[]): Promise<FollowedScanJob[]> {
  const rows = await db
    .selectFrom('scan_job')
    .select(['id', 'ended_at', 'latest_json'])
    .select(isHeld(db).as('isHeld'))
    .where(sql<boolean>`id in (${keyList(ids)})`)
    .execute();
  return rows.map(({ id, ended_at, latest_json: latest, isHeld: held }) => ({
    ...{ id, latest },
    state: ended_at !== null ? 'ended' : held === 1 ? 'running' : 'waiting',
  }));
}

async function findEnd(db: Db, id: number): Promise<ScanJobEnd | null> {
  const row = await db
    .selectFrom('scan_job')
    .select(['result_json', 'problem', 'problem_code', 'stopped_by'])
    .where('id', '=', id)
    .where('ended_at', 'is not', null)
    .executeTakeFirst();
  return row === undefined ? null : endIn(row);
}

async function leave(db: Db, id: number, by: string): Promise<boolean> {
  const row = await db
    .updateTable('scan_job')
    .set((eb) => ({ askers: eb('askers', '-', 1) }))
    .where('id', '=', id)
    .returning('askers')
    .executeTakeFirst();
  if (row !== undefined && row.askers > 0) return true;
  await stop(db, sql`id = ${id}`, by);
  return false;
}

async function stop(db: Db, jobs: RawBuilder<boolean>, by: string): Promise<boolean> {
  const stopped = await db
    .updateTable('scan_job')
    .set({ stopped_by: by })
    .where(jobs)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  const ids = idsOf(stopped);
  // Who does one notices with the next sign of life.
  await db
    .updateTable('scan_job')
    .set({ ended_at: leaseClock(db) })
    .where('id', 'in', ids)
    .where(isFree(db))
    .execute();
  return ids.length > 0;
}

async function backlog(db: Db): ReturnType<ScanJobStore['backlog']> {
  const held = isHeld(db);
  const { waiting, running, oldestMs } = await db
    .selectFrom('scan_job')
    .select([
      countIf(sql`${held} = 0`).as('waiting'),
      countIf(sql`${held} = 1`).as('running'),
      sql<number | null>`max(case when ${held} = 0 then ${leaseClock(db)} - asked_at end)`.as(
        'oldestMs',
      ),
    ])
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return { waiting, running, oldestMs: Math.max(0, oldestMs ?? 0) };
}

const countIf = (condition: RawBuilder<unknown>) =>
  sql<number>`count(case when ${condition} then 1 end)`;
