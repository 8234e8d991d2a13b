import type { Scheduler } from '../../demo/workspace/clock.ts';

export interface ManualClock extends Scheduler {
  /** Moves the time on and runs what falls due, in order. */
  advance(ms: number): void;
}

/** A clock that stands still until it is told otherwise. Starts at the real time. */
export function createManualClock(startAt = Date.now()): ManualClock {
  let time = startAt;
  let planned: { at: number; task: () => void }[] = [];
  return {
    now: () => time,
    schedule(delayMs, task) {
      const entry = { at: time + delayMs, task };
      planned.push(entry);
      return () => {
        planned = planned.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const due = planned.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        planned = planned.filter((entry) => entry !== due);
        time = Math.max(time, due.at);
        due.task();
      }
      time = end;
    },
  };
}
