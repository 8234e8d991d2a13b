/** Time as the workspace sees it: every rule that names a time runs on it. */
export interface Scheduler {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once after the delay; the returned function cancels it. */
  schedule(delayMs: number, task: () => void): () => void;
}

/** A scheduler on the machine's timers that keeps no process alive. */
export function createScheduler(now: () => number = Date.now): Scheduler {
  return {
    now,
    schedule(delayMs, task) {
      const timer = setTimeout(task, delayMs).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Resolves after the delay on the scheduler's clock. */
export function pause(scheduler: Scheduler, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.schedule(delayMs, resolve);
  });
}
