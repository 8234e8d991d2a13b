import type { Clock } from '../ports/clock.ts';
import type { BlindTime } from '../ports/watch-store.ts';
import { DAY_MS } from '../shared/time.ts';
import { pause } from '../timers/pause.ts';
import type { WatchTimings } from './watch-parts.ts';

/** What the events of one host may add to the database in a day of UTC. */
export interface DayBudget {
  spend(rows: number, bytes: number): void;
  /** Null while there is room; else a sentence, and when there is room again. */
  spent(): { cause: string; until: number } | null;
}

/** Begins full: what an earlier process stored today does not count. */
export function createDayBudget(
  now: Clock,
  { dayRows: rowsMax, dayBytes: bytesMax }: Pick<WatchTimings, 'dayRows' | 'dayBytes'>,
): DayBudget {
  let day = -1;
  let [rows, bytes] = [0, 0];
  const turn = (): void => {
    const today = Math.floor(now() / DAY_MS);
    if (today === day) return;
    day = today;
    [rows, bytes] = [0, 0];
  };
  return {
    spend(more, moreBytes) {
      turn();
      rows += more;
      bytes += moreBytes;
    },
    spent() {
      turn();
      if (rows < rowsMax && bytes < bytesMax) return null;
      const what = rows < rowsMax ? `${bytesMax / 1024 / 1024} MB` : `${rowsMax} events`;
      const cause = `its events of this day are more than ${what}; they are stored again from the next day on`;
      return { cause, until: (day + 1) * DAY_MS };
    },
  };
}

/**
 * The blind time of a host whose day is full, up to its end: since the first event that was dropped, or that may have
 * been. Null while there is room.
 */
export function fullDay(
  budget: Pick<DayBudget, 'spent'>,
  droppedFrom: number | undefined,
): BlindTime | null {
  const spent = budget.spent();
  if (spent === null || droppedFrom === undefined) return null;
  return { from: droppedFrom, to: null, cause: spent.cause };
}

/** Waits until there is room again, or the signal aborts; looks every `pauseMs`, since clocks are set. */
export async function untilRoom(
  budget: Pick<DayBudget, 'spent'>,
  now: Clock,
  pauseMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const spent = budget.spent();
    if (spent === null || signal.aborted) return;
    const left = Math.max(0, spent.until - now());
    await pause(Math.min(left, pauseMs), signal);
  }
}
