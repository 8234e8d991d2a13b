import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OutsideError } from '../shared/errors.ts';

/** The database did not let us in now; the same call may succeed later. */
const retryableCodes = ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL'];
/** What SQLite says where a file could not grow. */
const growingCodes = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN'];
/** SQLite writes some pages at once. */
const FULL_BELOW_BYTES = 256 * 1024;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** True for `SQLITE_BUSY` and its variants: another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

/** The same failure, which then tells what file it was about. */
export function aboutFile(error: unknown, file: string): unknown {
  return codeOf(error).startsWith('SQLITE_') ? Object.assign(error as Error, { file }) : error;
}

/**
 * Turns an SQLite failure into `OutsideError` 'store-failed', with SQLite's code and text, which
 * name tables and columns but no values, or with the disk where that is full. Everything else is
 * returned as it is: it is our bug.
 */
export function toStoreError(error: unknown): unknown {
  const code = codeOf(error);
  if (!code.startsWith('SQLITE_')) return error;
  const full = fullDisk(error as Error, code);
  return new OutsideError('store-failed', full ?? `${code}: ${(error as Error).message}`, {
    isRetryable: full !== null || retryableCodes.some((retryable) => code.startsWith(retryable)),
    cause: error,
  });
}

function fullDisk(error: Error, code: string): string | null {
  if (!('file' in error && typeof error.file === 'string')) return null;
  if (!growingCodes.some((growing) => code.startsWith(growing))) return null;
  const folder = resolve(dirname(error.file));
  const free = freeBytesOf(folder);
  if (free >= FULL_BELOW_BYTES) return null;
  return `the disk of ${folder} is full (${Math.floor(free / 1024)} KB free, ${code}); make room there`;
}

/** Bytes of the disk of a folder that this process may still write. */
export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
