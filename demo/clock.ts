import { nextDigests } from '../src/inspections/digest-schedules.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Running } from '../src/programs/serve.ts';
import { HOUR_MS } from '../src/shared/time.ts';
import type { PageClock } from './workspace/page/page-options.ts';

/** The machine's clock, which can be moved ahead and never back. */
export interface DemoClock {
  now: Clock;
  aheadMs(): number;
  moveTo(at: number): void;
}

/** A clock that shows the machine's time until it is moved. */
export function createDemoClock(machine: Clock = Date.now): DemoClock {
  let aheadMs = 0;
  const now = () => machine() + aheadMs;
  return {
    now,
    aheadMs: () => aheadMs,
    moveTo(at) {
      aheadMs += Math.max(0, at - now());
    },
  };
}

/** So long before a digest comes what is new. */
const NEWS_BEFORE_MS = HOUR_MS;

/**
 * Lets the page move the clock to the next digest, which the app's own schedule then posts. On the way, an
 * hour before it, `takeNews` takes what others published since.
 */
export function pageClock(
  clock: DemoClock,
  running: () => Running | undefined,
  takeNews: () => Promise<void>,
): PageClock {
  const findNext = async () => {
    const context = running()?.context;
    const [next] = context ? await nextDigests(context, null) : [];
    return next ? { label: 'Next digest', at: Date.parse(next.at) } : null;
  };
  return {
    aheadMs: clock.aheadMs,
    findNext,
    async moveOn() {
      const next = await findNext();
      if (next) {
        clock.moveTo(next.at - NEWS_BEFORE_MS);
        await takeNews();
        clock.moveTo(next.at);
      }
      running()?.wakeSchedule();
    },
  };
}
