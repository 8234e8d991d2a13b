import { schedule as everyMinute } from 'node-cron';
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
  const running = new Set<Promise<void>>();
  const wake = () => {
    if (stop.signal.aborted) return;
    const work = tick()
      .catch((error: unknown) => log.warn({ error }, 'digests could not be looked after'))
      .finally(() => running.delete(work));
    running.add(work);
  };
  // In UTC no minute is skipped or comes twice.
  const timer = everyMinute('* * * * *', wake, { timezone: 'UTC', suppressMissedWarning: true });
  wake();
  return {
    wake,
    async close() {
      await timer.destroy();
      stop.abort(new Error('Seawall is stopping'));
      await Promise.all(running);
    },
  };
}
