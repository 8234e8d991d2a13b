import { schedule } from 'node-cron';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

export interface JobParts {
  /** When, as a cron pattern in UTC whose first field are the seconds. */
  pattern: string;
  work: () => Promise<void>;
  /** What the log says when the work rejects. */
  failure: string;
  log: Logger;
}

export interface Job {
  /** Runs the work now, or once more when it runs already. */
  wake(): void;
  wakeIn(delayMs: number): void;
  /** Settles when the work has ended; it does not run again. */
  close(): Promise<void>;
}

/**
 * Work that is done again and again, and whenever somebody calls for it; never twice at once. What it
 * rejects with is logged, and it is tried the next time.
 */
export function openJob({ pattern, work, failure, log }: JobParts): Job {
  const delays = new Set<NodeJS.Timeout>();
  let running: Promise<void> | null = null;
  let isCalled = false;
  let isClosed = false;

  async function run(): Promise<void> {
    while (isCalled && !isClosed) {
      isCalled = false;
      await work().catch((error: unknown) =>
        log[error instanceof OutsideError ? 'warn' : 'error']({ error }, failure),
      );
    }
    // At once: whoever calls from now on starts anew.
    running = null;
  }

  function wake(): void {
    isCalled = true;
    if (isClosed) return;
    running ??= run();
  }

  // In UTC no minute is skipped or comes twice.
  const timer = schedule(pattern, wake, { timezone: 'UTC', suppressMissedWarning: true });
  return {
    wake,
    wakeIn(delayMs) {
      // Nobody waits for this: a program that ends does not either.
      const delay = setTimeout(() => {
        delays.delete(delay);
        wake();
      }, delayMs).unref();
      delays.add(delay);
    },
    async close() {
      const isFirst = !isClosed;
      isClosed = true;
      for (const delay of delays) clearTimeout(delay);
      // The library never ends a second end.
      if (isFirst) await timer.destroy();
      await running;
    },
  };
}
