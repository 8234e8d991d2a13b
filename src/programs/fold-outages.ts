import type { Clock } from '../ports/clock.ts';
import { DatabaseHeld, OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { MINUTE_MS } from '../shared/time.ts';

/** A database that is coming up refuses some and takes others: it is back when nothing failed for so long. */
const QUIET_MS = 5_000;

interface Outage {
  from: number;
  /** When something failed last. */
  at: number;
  /** When the log last had a line about it. */
  toldAt: number;
  /** How often each failed, by the words that its own line has. */
  failed: Map<string, number>;
}

/**
 * A log in which a database that is away is one line when it goes, one a minute while it is, with how often what
 * failed for it, and one when it is back. The line of each failure is there at `debug`. What a person is told by a
 * reference, and what the database refuses for another reason than that it is away, keeps its line.
 * `onUsed` is to be called whenever the database did what it was asked for.
 */
export function foldOutages(log: Logger, now: Clock): { log: Logger; onUsed: () => void } {
  let outage: Outage | null = null;

  function fold(reason: string, text: string): void {
    const at = now();
    const current: Outage = outage ?? { from: at, at, toldAt: at, failed: new Map() };
    if (outage === null) {
      log.warn({ reason }, 'the database cannot be used; what fails for that is counted');
    }
    outage = current;
    current.at = at;
    current.failed.set(text, (current.failed.get(text) ?? 0) + 1);
    if (at - current.toldAt < MINUTE_MS) return;
    current.toldAt = at;
    log.warn({ ...tell(current), reason }, 'the database still cannot be used');
  }

  return {
    log: {
      debug: (fields, text) => log.debug(fields, text),
      info: (fields, text) => log.info(fields, text),
      error: (fields, text) => log.error(fields, text),
      warn(fields, text) {
        const reason = reasonAway(fields);
        if (reason === null) return log.warn(fields, text);
        log.debug(fields, text);
        fold(reason, text);
      },
    },
    onUsed() {
      if (outage === null || Math.abs(now() - outage.at) < QUIET_MS) return;
      log.info(tell(outage), 'the database can be used again');
      outage = null;
    },
  };
}

const tell = ({ from, at, failed }: Outage) => ({
  seconds: Math.max(0, Math.round((at - from) / 1_000)),
  failed: Object.fromEntries(failed),
});

/** Why the database was away for what a line is about; null for every other line. */
function reasonAway(fields: object): string | null {
  const { error, reference } = fields as { error?: unknown; reference?: unknown };
  const isAway =
    error instanceof OutsideError &&
    error.code === 'store-failed' &&
    error.isRetryable &&
    !(error instanceof DatabaseHeld);
  return isAway && reference === undefined ? error.message : null;
}
