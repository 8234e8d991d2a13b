import { type GeneratedAlways, type Selectable, sql } from 'kysely';
import type {
  DigestDay,
  DigestPlan,
  DigestRun,
  DigestStore,
  StoredDigestSchedule,
  Weekday,
} from '../ports/digest-store.ts';
import type { Held, Lease } from '../ports/lease.ts';
import { writeAudit } from './audit-rows.ts';
import { putRow } from './chunks.ts';
import type { Database } from './database.ts';
import { endLease, extendLease, type LeaseColumns, noLease, takeLease } from './leases.ts';
import { putMessages } from './outbox-rows.ts';
import { bounded, type Db, HISTORY, type Life, remove, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    digest_schedule: {
      id: GeneratedAlways<number>;
      channel: string;
      at: string;
      timezone: string;
      days: string;
      is_off: number;
      changed_at: number;
      changed_by: string;
    };
    digest_run: LeaseColumns & {
      id: GeneratedAlways<number>;
      channel: string;
      local_day: string;
      timezone: string;
      state: 'running' | 'done' | 'missed';
      is_manual: number;
      scheduled_by: string | null;
      due_at: number;
      attempts: number;
      started_at: number | null;
      composed_at: number | null;
      finished_at: number | null;
    };
  }
}

export const digestScheduleLife = bounded('somebody sets another', 'one row for each channel');

export const digestRunLife: Life = {
  until: `${HISTORY} its day`,
  why: 'a digest is posted once for each channel and day',
  trims: [remove('digest_run', ({ history }) => sql`due_at < ${history} and state <> 'running'`)],
};

/** Schedules and runs of digests in the database; each method is all or nothing. */
export function createDigestsStore({ read, write, decide, single }: Database): DigestStore {
  return {
    async listSchedules() {
      const rows = await single((db) =>
        db.selectFrom('digest_schedule').selectAll().orderBy('channel').execute(),
      );
      return rows.map(toSchedule);
    },
    setSchedule: (change, by) => decide((db) => setSchedule(db, change, by)),
    claimRun: (plan, lease, at) => write((db) => claimRun(db, plan, lease, at)),
    requestRun: (plan, by) => decide((db) => requestRun(db, plan, by)),
    extendLease: (run, held) => write((db) => extendLease(db, 'digest_run', running(run), held)),
    completeRun: (run, messages, held, at) =>
      write(async (db) => {
        await endLease(db, 'digest_run', running(run), held);
        await putMessages(db, messages, at);
        await finishRun(db, run, { state: 'done', composed_at: at, finished_at: at });
      }),
    missRun: (run, held, at) =>
      write(async (db) => {
        if (held !== null) await endLease(db, 'digest_run', running(run), held);
        else if (await wasBegun(db, run)) return;
        await finishRun(db, run, { state: 'missed', finished_at: at });
      }),
    noteMissed: (plan, at) => write((db) => noteMissed(db, plan, at)),
    async findLastDone({ channel, day }) {
      const row = await single((db) =>
        runRows(db, channel)
          .where('state', '=', 'done')
          .where('local_day', '<', day)
          .orderBy('local_day', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return row ? toRun(row) : null;
    },
    async listRuns(channel, from) {
      const rows = await read((db) =>
        runRows(db, channel).where('local_day', '>=', from).orderBy('local_day').execute(),
      );
      return rows.map(toRun);
    },
    async listOpenRuns() {
      const rows = await read((db) =>
        db
          .selectFrom('digest_run')
          .selectAll()
          .where('state', '=', 'running')
          .orderBy('due_at')
          .orderBy('id')
          .execute(),
      );
      return rows.map(toRun);
    },
    async findNewestRun(channel) {
      const row = await read((db) =>
        runRows(db, channel).orderBy('local_day', 'desc').limit(1).executeTakeFirst(),
      );
      return row ? toRun(row) : null;
    },
  };
}

async function setSchedule(
  db: Db,
  { channel, schedule, isOff }: Parameters<DigestStore['setSchedule']>[0],
  { actor, at, before }: Parameters<DigestStore['setSchedule']>[1],
): Promise<void> {
  const columns = {
    at: schedule.at,
    timezone: schedule.timezone,
    days: schedule.days.join(','),
    is_off: isOff ? 1 : 0,
    changed_at: at,
    changed_by: actor.name,
  };
  await putRow(db, 'digest_schedule', { channel }, columns);
  const verb = isOff ? 'digest off' : 'digest schedule';
  const after = isOff ? null : schedule;
  await writeAudit(db, { at, actor, verb, what: `digest of ${channel}`, before, after });
}

/** The unique key decides which row there is, and its lease who works on it. */
async function claimRun(
  db: Db,
  plan: DigestPlan,
  lease: Lease,
  at: number,
): Promise<Held | 'taken' | 'done'> {
  await db
    .insertInto('digest_run')
    .values(newRun(plan))
    .onConflict((conflict) => conflict.columns(['channel', 'local_day']).doNothing())
    .execute();
  const held = await takeLease(db, 'digest_run', running(plan), lease);
  if (held === null) {
    const there = await runRow(db, plan).executeTakeFirstOrThrow();
    return there.state === 'running' ? 'taken' : 'done';
  }
  await db
    .updateTable('digest_run')
    .set((eb) => ({
      started_at: eb.fn.coalesce('started_at', eb.val(at)),
      attempts: eb('attempts', '+', 1),
    }))
    .where(running(plan))
    .execute();
  return held;
}

async function requestRun(
  db: Db,
  plan: DigestPlan,
  { actor, at }: Parameters<DigestStore['requestRun']>[1],
): Promise<'requested' | 'running' | 'done'> {
  const columns = { ...newRun(plan), is_manual: 1 };
  const { channel: _channel, local_day: _day, ...renewed } = columns;
  const row = await db
    .insertInto('digest_run')
    .values(columns)
    .onConflict((conflict) =>
      conflict
        .columns(['channel', 'local_day'])
        .doUpdateSet({ ...renewed, finished_at: null, started_at: null })
        .where('digest_run.state', '=', 'missed'),
    )
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) {
    const there = await runRow(db, plan).executeTakeFirstOrThrow();
    return there.state === 'running' ? 'running' : 'done';
  }
  const what = `digest of ${plan.channel} for ${plan.day}`;
  await writeAudit(db, { at, actor, verb: 'digest now', what, before: null, after: null });
  return 'requested';
}

/** A row that nobody holds. */
const newRun = ({ channel, day, timezone, dueAt, scheduledBy }: DigestPlan) => ({
  channel,
  local_day: day,
  timezone,
  state: 'running' as const,
  is_manual: 0,
  scheduled_by: scheduledBy,
  due_at: dueAt,
  ...noLease,
  attempts: 0,
});

async function wasBegun(db: Db, run: DigestDay): Promise<boolean> {
  const row = await runRow(db, run).executeTakeFirst();
  return row?.started_at !== null;
}

async function finishRun(
  db: Db,
  run: DigestDay,
  columns: { state: 'done' | 'missed'; finished_at: number; composed_at?: number },
): Promise<void> {
  await db.updateTable('digest_run').set(columns).where(running(run)).execute();
}

/** The row of a run that is neither done nor missed. */
const running = ({ channel, day }: DigestDay) =>
  sql<boolean>`channel = ${channel} and local_day = ${day} and state = 'running'`;

async function noteMissed(db: Db, plan: DigestPlan, at: number): Promise<void> {
  await db
    .insertInto('digest_run')
    .values({ ...newRun(plan), state: 'missed', finished_at: at })
    .onConflict((conflict) => conflict.columns(['channel', 'local_day']).doNothing())
    .execute();
}

const runRows = (db: Db, channel: string) =>
  db.selectFrom('digest_run').selectAll().where('channel', '=', channel);

const runRow = (db: Db, { channel, day }: DigestDay) =>
  runRows(db, channel).where('local_day', '=', day);

function toSchedule(row: Selectable<Tables['digest_schedule']>): StoredDigestSchedule {
  const { channel, at, timezone, days, is_off, changed_at, changed_by } = row;
  return {
    channel,
    schedule: { at, timezone, days: days.split(',') as Weekday[] },
    isOff: is_off === 1,
    changedAt: changed_at,
    changedBy: changed_by,
  };
}

const toRun = (row: Selectable<Tables['digest_run']>): DigestRun => ({
  channel: row.channel,
  day: row.local_day,
  timezone: row.timezone,
  state: row.state,
  scheduledBy: row.scheduled_by,
  dueAt: row.due_at,
  startedAt: row.started_at,
  composedAt: row.composed_at,
  finishedAt: row.finished_at,
  attempts: row.attempts,
});
