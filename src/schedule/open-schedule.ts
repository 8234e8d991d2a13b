import { openJob } from '../timers/job.ts';
import { type ScheduleParts, type ScheduleTimings, scheduleTimings } from './schedule-parts.ts';
import { createTick } from './tick.ts';

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
