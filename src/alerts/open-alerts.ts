import { OutsideError } from '../shared/errors.ts';
import { type AlertParts, look } from './look.ts';

export interface Alerts {
  /** Looks soon; what is asked for meanwhile is one look. Never rejects. */
  wake(): void;
  /** Ends the look that is under way. */
  close(): Promise<void>;
}

/** How often it looks without being woken, in milliseconds: another process may have scanned. */
const LOOK_EVERY_MS = 30_000;

/** Tells channels what happens, from now on. Without channels it does nothing. */
export function openAlerts(parts: AlertParts, everyMs = LOOK_EVERY_MS): Alerts {
  let isClosed = false;
  let isAsked = false;
  let running: Promise<void> | null = null;
  const run = async () => {
    while (isAsked && !isClosed) {
      isAsked = false;
      await look(parts).catch((error: unknown) => {
        const isOutside = error instanceof OutsideError;
        parts.log[isOutside ? 'warn' : 'error']({ error }, 'alerts could not be looked after');
      });
    }
    running = null;
  };
  const wake = () => {
    if (isClosed || parts.channels.length === 0) return;
    isAsked = true;
    running ??= run();
  };
  const timer = setInterval(wake, everyMs);
  wake();
  return {
    wake,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await running;
    },
  };
}
