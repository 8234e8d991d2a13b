import pLimit from 'p-limit';
import { OutsideError } from '../shared/errors.ts';
import { openJob } from '../timers/job.ts';
import { within } from '../timers/pause.ts';
import { createHoldings, type Holdings } from './holdings.ts';
import { createShareOut } from './share-out.ts';
import { type WatchParts, type WatchTimings, watchTimings } from './watch-parts.ts';

export interface WatchOptions extends Omit<WatchParts, 'inTurn' | 'signal' | 'timings'> {
  timings?: WatchTimings;
}

export interface Watch {
  /** Stops listening, stores what was heard, and gives the hosts back to other processes. */
  close(): Promise<void>;
  /** A host can be heard again: what waits to try does so at once. */
  hurry(host: string): void;
}

/** Gives what is left to the end of the leases: a database that does not answer must not keep a program alive. */
const CLOSE_WITHIN_MS = 5_000;

/**
 * Watches its share of the hosts from now on, each for as long as this process holds it in the database.
 * Nothing here rejects for a dead host or database.
 */
export function openWatch(options: WatchOptions): Watch {
  const stop = new AbortController();
  const { timings = watchTimings, log } = options;
  const inTurn = pLimit(timings.storedAtOnce);
  const parts: WatchParts = { ...options, timings, inTurn, signal: stop.signal };
  const holdings = createHoldings(parts);
  const share = openJob({
    pattern: timings.claim,
    work: createShareOut(parts, holdings),
    failure: 'hosts could not be shared out',
    log,
  });
  const beat = openJob({
    pattern: timings.beat,
    work: () => holdings.renew(),
    failure: 'the watch could not be kept up',
    log,
  });
  share.wake();
  return {
    hurry: holdings.hurry,
    async close() {
      await share.close();
      await beat.close();
      await giveUp(parts, holdings);
      stop.abort();
    },
  };
}

/** Gives all hosts back. Never rejects for a database that fails. */
async function giveUp({ log }: WatchParts, holdings: Holdings): Promise<void> {
  const given = holdings.handOver(holdings.hosts()).catch((error: unknown) => {
    if (!(error instanceof OutsideError)) throw error;
    log.info({ error }, 'hosts could not be given back; their leases end by themselves');
  });
  await within(CLOSE_WITHIN_MS, given);
}
