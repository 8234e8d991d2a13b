import type { Kysely, Selectable } from 'kysely';
import type { Weekday } from '../ports/digest-schedule.ts';
import {
  type DigestDay,
  type DigestPlan,
  type DigestRun,
  type DigestStore,
  LEASE_MAX_MS,
  type Lease,
  type StoredDigestSchedule,
} from '../ports/digest-store.ts';
import { writeAudit } from './audit-rows.ts';
import { retryWhileBusy } from './busy.ts';
import type { DigestRunTable, DigestScheduleTable, Tables } from './schema.ts';

type InTransaction = <T>(work: (transaction: Kysely<Tables>) => Promise<T>) => Promise<T>;

/** Schedules and runs of digests in the database; each method is all or nothing. */
export function createDigestStore(db: Kysely<Tables>, inTransaction: InTransaction): DigestStore {
  return {
    async listSchedules() {
      const rows = await retryWhileBusy(() =>
        db.selectFrom('digest_schedule').selectAll().orderBy('channel').execute(),
      );
      return rows.map(toSchedule);
    },
    setSchedule: (change, by) => inTransaction((trx) => setSchedule(trx, change, by)),
    claimRun: (plan, lease) => inTransaction((trx) => claimRun(trx, plan, lease)),
    requestRun: (plan, by) => inTransaction((trx) => requestRun(trx, plan, by)),
    extendLease: (run, lease) => retryWhileBusy(() => updateHeld(db, run, lease, {})),
    keepMessages: (run, messages, lease) =>
      retryWhileBusy(() =>
        updateHeld(db, run, lease, {
          messages_json: JSON.stringify(messages),
          composed_at: lease.at,
        }),
      ),
    findMessages: async (run) =>
      (await retryWhileBusy(() => runRow(db, run).executeTakeFirst()))?.messages_json ?? null,
    finishRun: (run, state, at) => retryWhileBusy(() => finishRun(db, run, state, at)),
    noteMissed: (plan, at) => retryWhileBusy(() => noteMissed(db, plan, at)),
    async findLastDone({ channel, day }) {
      const row = await retryWhileBusy(() =>
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
      const rows = await retryWhileBusy(() =>
        runRows(db, channel).where('local_day', '>=', from).orderBy('local_day').execute(),
      );
      return rows.map(toRun);
    },
    async listOpenRuns() {
      const rows = await retryWhileBusy(() =>
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
      const row = await retryWhileBusy(() =>
        runRows(db, channel).orderBy('local_day', 'desc').limit(1).executeTakeFirst(),
      );
      return row ? toRun(row) : null;
    },
  };
}

async function setSchedule(
  db: Kysely<Tables>,
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
  await db
    .insertInto('digest_schedule')
    .values({ channel, ...columns })
    .onConflict((conflict) => conflict.column('channel').doUpdateSet(columns))
    .execute();
  const verb = isOff ? 'digest off' : 'digest schedule';
  const after = isOff ? null : schedule;
  await writeAudit(db, { at, actor, verb, what: `digest of ${channel}`, before, after });
}

/** The unique key decides: who inserts the row has it, who finds one needs a lease that is over. */
async function claimRun(
  db: Kysely<Tables>,
  plan: DigestPlan,
  { owner, at, leaseMs }: Lease,
): Promise<'claimed' | 'taken' | 'done'> {
  const held = { lease_owner: owner, lease_until: at + leaseMs };
  const row = await db
    .insertInto('digest_run')
    .values({ ...newRun(plan), ...held, started_at: at, attempts: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['channel', 'local_day'])
        .doUpdateSet((eb) => ({
          ...held,
          started_at: eb.fn.coalesce('digest_run.started_at', 'excluded.started_at'),
          attempts: eb('digest_run.attempts', '+', 1),
        }))
        .where('digest_run.state', '=', 'running')
        .where((eb) =>
          eb.or([
            eb('digest_run.lease_until', '<=', at),
            eb('digest_run.lease_until', '>', at + LEASE_MAX_MS),
          ]),
        ),
    )
    .returning('id')
    .executeTakeFirst();
  if (row !== undefined) return 'claimed';
  const there = await runRow(db, plan).executeTakeFirstOrThrow();
  return there.state === 'running' ? 'taken' : 'done';
}

async function requestRun(
  db: Kysely<Tables>,
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
        .doUpdateSet({ ...renewed, finished_at: null, started_at: null, messages_json: null })
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
function newRun({ channel, day, timezone, dueAt, scheduledBy }: DigestPlan) {
  return {
    channel,
    local_day: day,
    timezone,
    state: 'running' as const,
    is_manual: 0,
    scheduled_by: scheduledBy,
    due_at: dueAt,
    lease_owner: null,
    lease_until: 0,
    attempts: 0,
  };
}

async function updateHeld(
  db: Kysely<Tables>,
  { channel, day }: DigestDay,
  { owner, at, leaseMs }: Lease,
  columns: { messages_json?: string; composed_at?: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('digest_run')
    .set({ ...columns, lease_until: at + leaseMs })
    .where('channel', '=', channel)
    .where('local_day', '=', day)
    .where('state', '=', 'running')
    .where('lease_owner', '=', owner)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows) === 1;
}

async function finishRun(
  db: Kysely<Tables>,
  { channel, day }: DigestDay,
  state: 'done' | 'missed',
  at: number,
): Promise<void> {
  await db
    .updateTable('digest_run')
    .set({ state, finished_at: at, messages_json: null })
    .where('channel', '=', channel)
    .where('local_day', '=', day)
    .where('state', '=', 'running')
    .execute();
}

async function noteMissed(db: Kysely<Tables>, plan: DigestPlan, at: number): Promise<void> {
  await db
    .insertInto('digest_run')
    .values({ ...newRun(plan), state: 'missed', finished_at: at })
    .onConflict((conflict) => conflict.columns(['channel', 'local_day']).doNothing())
    .execute();
}

const runRows = (db: Kysely<Tables>, channel: string) =>
  db.selectFrom('digest_run').selectAll().where('channel', '=', channel);

const runRow = (db: Kysely<Tables>, { channel, day }: DigestDay) =>
  runRows(db, channel).where('local_day', '=', day);

function toSchedule(row: Selectable<DigestScheduleTable>): StoredDigestSchedule {
  const { channel, at, timezone, days, is_off, changed_at, changed_by } = row;
  return {
    channel,
    schedule: { at, timezone, days: days.split(',') as Weekday[] },
    isOff: is_off === 1,
    changedAt: changed_at,
    changedBy: changed_by,
  };
}

function toRun(row: Selectable<DigestRunTable>): DigestRun {
  return {
    channel: row.channel,
    day: row.local_day,
    timezone: row.timezone,
    state: row.state,
    isManual: row.is_manual === 1,
    scheduledBy: row.scheduled_by,
    dueAt: row.due_at,
    startedAt: row.started_at,
    composedAt: row.composed_at,
    finishedAt: row.finished_at,
    attempts: row.attempts,
  };
}
