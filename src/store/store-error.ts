import { OutsideError } from '../shared/errors.ts';

/**
 * Codes of a database that did not let us in now, or whose other writers were quicker: the same call may
 * succeed later. Of PostgreSQL by class: 08 connection, 53 resources, 57 shut down or not up yet; 40001
 * and 40P01 when transactions meet, 23505 when two add the same row at once.
 */
const RETRYABLE =
  /^(SQLITE_(BUSY|LOCKED|FULL)|08|53|57|40001|40P01|23505|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/;
const BUSY = /^(SQLITE_BUSY|40001$|40P01$|55P03$)/;
const ADDED_BY_ANOTHER = '23505';
/** Of PostgreSQL five characters, of SQLite and the network names. */
const OUTSIDE = /^([0-9A-Z]{5}$|SQLITE_|E[A-Z_]+$)/;

/** A pool that lost its server, or could not reach it, says so in words only. */
const LOST_CONNECTION = /^(Connection terminated|timeout exceeded when trying to connect)/;

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (LOST_CONNECTION.test(error.message)) return 'ECONNRESET';
  return 'code' in error ? String(error.code) : '';
}

/** True while another connection holds what a transaction needs, or was quicker than it. */
export const isBusy = (error: unknown): boolean => BUSY.test(codeOf(error));

/** True when another connection added the same row between our look and our insert. */
export const wasAddedByAnother = (error: unknown): boolean => codeOf(error) === ADDED_BY_ANOTHER;

/**
 * Turns a failure of SQLite, PostgreSQL or the way to it into `OutsideError` 'store-failed', with its
 * code and text, which name tables and columns but no values. Everything else is returned as it is: it
 * is our bug.
 */
export function toStoreError(error: unknown): unknown {
  const code = codeOf(error);
  if (!OUTSIDE.test(code)) return error;
  return new OutsideError('store-failed', `${code}: ${(error as Error).message}`, {
    isRetryable: RETRYABLE.test(code),
    cause: error,
  });
}
