import { OutsideError } from '../shared/errors.ts';

/** The database did not let us in now; the same call may succeed later. */
const retryableCodes = ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL'];

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** True for `SQLITE_BUSY` and its variants: another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

/**
 * Turns an SQLite failure into `OutsideError` 'store-failed', with SQLite's code and text, which
 * name tables and columns but no values. Everything else is returned as it is: it is our bug.
 */
export function toStoreError(error: unknown): unknown {
  const code = codeOf(error);
  if (!code.startsWith('SQLITE_')) return error;
  return new OutsideError('store-failed', `${code}: ${(error as Error).message}`, {
    isRetryable: retryableCodes.some((retryable) => code.startsWith(retryable)),
    cause: error,
  });
}
