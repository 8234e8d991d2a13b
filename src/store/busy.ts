import { setTimeout as wait } from 'node:timers/promises';
import { isBusy, toStoreError, wasAddedByAnother } from './store-error.ts';

/** What SQLite itself waits for a lock, with the whole thread; never more. Slack waits no longer than 100 ms. */
export const BUSY_TIMEOUT_MS = 50;

const PAUSES_MS = [50, 100, 200, 400, 800];
const MAXIMUM_ATTEMPTS = 70;
/** A row that stands in the way after this many looks is no race: it is our bug. */
const MAXIMUM_ADDED = 3;

/**
 * Runs a transaction, again and again while another connection is in its way: about a minute, with pauses
 * in which other events run. It must do all or nothing.
 * Rejects with `OutsideError` 'store-failed' for every failure of the database.
 */
export async function retryWhileBusy<T>(operation: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      const maximum = wasAddedByAnother(error) ? MAXIMUM_ADDED : MAXIMUM_ATTEMPTS;
      const isPassing = isBusy(error) || wasAddedByAnother(error);
      if (!isPassing || attempt >= maximum) throw toStoreError(error);
    }
    await wait(PAUSES_MS[attempt - 1] ?? PAUSES_MS.at(-1));
  }
}
