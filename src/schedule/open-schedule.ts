import type { ScheduleInForce } from '../answers/schedule-in-force.ts';
import { schedulesInForce, scheduleWords } from '../inspections/digest-schedules.ts';
import { addDays, dueDays, localDay, scheduledDays } from '../inspections/digest-times.ts';
import type { DigestPlan, DigestRun } from '../ports/digest-store.ts';
import { LEASE_MAX_MS, LeaseLost } from '../ports/lease.ts';
import { OutsideError } from '../shared/errors.ts';
import { DAY_MS, MINUTE_MS } from '../shared/time.ts';
import { openJob } from '../timers/job.ts';
import { whenAborted } from '../timers/pause.ts';
import { type ClaimedRun, runDigest } from './run-digest.ts';
import {
  type ScheduleLimits,
  type ScheduleParts,
  type ScheduleTimings,
  scheduleLimits,
  scheduleTimings,
} from './schedule-parts.ts';

export interface ScheduleOptions extends Omit<ScheduleParts, 'owner' | 'signal' | 'timings'> {
  timings?: ScheduleTimings;
}

export interface Schedule {
  /** Looks at once whether something is due, as it does each minute. Never rejects. */
  wake(): void;
  /** Stops looking; what is being worked on is given back, so that another process can go on. */
  close(): Promise<void>;
}

const EVERY_MINUTE = '0 * * * * *';

/**
 * Posts digests when they are due, from now on. The timer only says that a minute has passed: what
 * is due, and what was posted, is in the database.
 */
export function openSchedule(options: ScheduleOptions): Schedule {
  const { log, context } = options;
  const stop = new AbortController();
  const tick = createTick({
    timings: scheduleTimings,
    ...options,
    owner: context.newId(),
    signal: stop.signal,
  });
  const failure = 'digests could not be looked after';
  const running = new Set<Promise<void>>();
  // A digest may take long; the channels beside it are looked after meanwhile.
  const start = async () => {
    const work = tick()
      .catch((error: unknown) => log.warn({ error }, failure))
      .finally(() => running.delete(work));
    running.add(work);
  };
  const job = openJob({ pattern: EVERY_MINUTE, work: start, failure, log });
  job.wake();
  return {
    wake: job.wake,
    async close() {
      await job.close();
      stop.abort(new Error('Seawall is stopping'));
      await Promise.all(running);
    },
  };
}

/** Missed days that are noted after a long pause. */
const MISSED_DAYS_MAX = 31;

type TickParts = ScheduleParts & ScheduleLimits;

/**
 * Gives a function that looks at the clock and the database and posts what is due; call it as often as
 * you like, from as many processes as you like. It settles when what it began has ended, and rejects
 * with `OutsideError` when the database cannot be read. A channel that is being worked on is left out.
 */
export function createTick(parts: ScheduleParts): () => Promise<void> {
  const tickParts = { ...parts, ...scheduleLimits() };
  const busy = new Set<string>();
  return async () => {
    const { digests, channels, log } = parts;
    const open = await digests.listOpenRuns();
    const inForce = schedulesInForce(await digests.listSchedules(), channels);
    const names = new Set([...open, ...inForce].map(({ channel }) => channel));
    const work = [...names].map(async (channel) => {
      if (busy.has(channel)) return;
      busy.add(channel);
      try {
        const schedule = inForce.find((one) => one.channel === channel && !one.isOff);
        const ofChannel = open.filter((run) => run.channel === channel);
        await workOnChannel(tickParts, ofChannel, schedule);
      } catch (error) {
        log.warn({ channel, error }, 'a channel could not be looked after');
      } finally {
        busy.delete(channel);
      }
    });
    await Promise.all(work);
  };
}

/** What was begun comes before what is due, so that days stay in order. */
async function workOnChannel(
  parts: TickParts,
  open: readonly DigestRun[],
  inForce: ScheduleInForce | undefined,
): Promise<void> {
  const { digests, context, catchUpMs } = parts;
  for (const run of open) {
    const isTooLate = run.startedAt === null && context.now() > run.dueAt + catchUpMs;
    if (isTooLate) await digests.missRun(run, null, context.now());
    else if (!(await attempt(parts, run, run.attempts))) return;
  }
  if (inForce === undefined) return;
  await noteMissed(parts, inForce);
  for (const plan of await plansDue(parts, inForce)) {
    if (!(await attempt(parts, plan, 0))) return;
  }
}

/** Days that are due and not later than allowed; none before a day that had its digest. */
async function plansDue(
  { digests, context, catchUpMs }: TickParts,
  { channel, schedule, changed }: ScheduleInForce,
): Promise<DigestPlan[]> {
  const now = context.now();
  const newest = await digests.findNewestRun(channel);
  // A run far ahead was made under a wrong clock and says nothing about today.
  const newestDay = newest !== null && newest.dueAt < now + 2 * DAY_MS ? newest.day : '';
  return dueDays(schedule, now, catchUpMs)
    .filter(({ day, dueAt }) => day > newestDay && dueAt >= (changed?.at ?? 0))
    .map(({ day, dueAt }) => planOf(channel, schedule, day, dueAt));
}

/** Writes down the days that nobody was there for. Days before a change of schedule are not known. */
async function noteMissed(
  { digests, context, catchUpMs, log }: TickParts,
  { channel, schedule, changed }: ScheduleInForce,
): Promise<void> {
  const now = context.now();
  const newest = await digests.findNewestRun(channel);
  if (newest === null || newest.scheduledBy !== scheduleWords(schedule)) return;
  const earliest = addDays(localDay(now, schedule.timezone), -MISSED_DAYS_MAX);
  for (const { day, dueAt } of scheduledDays(schedule, earliest, now - catchUpMs)) {
    if (day <= newest.day || dueAt < (changed?.at ?? 0)) continue;
    await digests.noteMissed(planOf(channel, schedule, day, dueAt), now);
    log.warn({ channel, day }, 'a digest was missed');
  }
}

function planOf(
  channel: string,
  schedule: ScheduleInForce['schedule'],
  day: string,
  dueAt: number,
): DigestPlan {
  const { timezone } = schedule;
  return { channel, day, timezone, dueAt, scheduledBy: scheduleWords(schedule) };
}

/** Runs a digest if nobody else does; false when the channel must wait for it. */
async function attempt(parts: TickParts, plan: DigestPlan, attempts: number): Promise<boolean> {
  const { digests, owner, context, timings, log } = parts;
  parts.signal.throwIfAborted();
  const held = await digests.claimRun(plan, { owner, leaseMs: timings.leaseMs }, context.now());
  if (held === 'taken' || held === 'done') return held === 'done';
  const run = { ...plan, held };
  const { channel, day } = run;
  const deadline = AbortSignal.timeout(timings.runDeadlineMs);
  const signal = AbortSignal.any([parts.signal, deadline]);
  try {
    try {
      await Promise.race([runDigest({ ...parts, signal }, run), whenAborted(signal)]);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      await giveBack(parts, run, attempts, error);
      return false;
    }
    log.info({ channel, day, attempts: attempts + 1 }, 'a digest was handed over');
    return true;
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    log.info({ channel, day }, 'another process took a digest over');
    return false;
  }
}

/** Lets the run be tried again: at once when the process stops, else later each time. */
async function giveBack(
  { digests, context, catchUpMs, signal, log }: TickParts,
  run: ClaimedRun,
  attempts: number,
  error: unknown,
): Promise<void> {
  const { channel, day, held } = run;
  if (signal.aborted) return digests.extendLease(run, { ...held, leaseMs: 0 });
  const isOutside = error instanceof OutsideError;
  log[isOutside ? 'warn' : 'error']({ channel, day, error }, 'a digest failed; it is tried again');
  const at = context.now();
  if (at > run.dueAt + catchUpMs) {
    log.error({ channel, day }, 'a digest failed until it was too late');
    return digests.missRun(run, held, at);
  }
  const leaseMs = Math.min(MINUTE_MS * 2 ** attempts, LEASE_MAX_MS);
  return digests.extendLease(run, { ...held, leaseMs });
}
