import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseHeld, OutsideError } from '../shared/errors.ts';
import { remedyOf } from './store-remedy.ts';
import { whyUnusable } from './unusable-file.ts';

/**
 * Codes of a database that did not let us in now, or whose other writers were quicker: the same call may
 * succeed later. Of PostgreSQL by class: 08 connection, 53 resources, 57 shut down or not up yet; 25006
 * a standby, 25P03 who stood still, 40001 and 40P01 when transactions meet, 23505 when two add the same row at once.
 */
const RETRYABLE =
  /^(SQLITE_(BUSY|LOCKED|FULL)|08|53|57|25006|25P03|40001|40P01|23505|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/;
const BUSY = /^(SQLITE_BUSY|40001$|40P01$|55P03$)/;
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;
/** A row; or a table or its type, since PostgreSQL's `if not exists` looks and makes in two steps. */
const ADDED_BY_ANOTHER = /^(23505|42P07|42710)$/;
/** Of PostgreSQL five characters, of SQLite and the network names. */
const OUTSIDE = /^([0-9A-Z]{5}$|SQLITE_|E[A-Z_]+$)/;
/** What SQLite says where a file could not grow. */
const GROWING = /^SQLITE_(FULL|IOERR|CANTOPEN)/;
/** What SQLite and the system say of a file that may not be used. */
const RIGHTS = /^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|EISDIR)/;
/** SQLite writes some pages at once. */
const FULL_BELOW_BYTES = 256 * 1024;

/** A pool that lost its server, or could not reach it, says so in words only; so does a connection after that. */
const LOST_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered|was closed)|Postgres connection has been discarded)/;

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (LOST_CONNECTION.test(error.message)) return 'ECONNRESET';
  // A server that is down has no socket in its folder.
  if (error.message.startsWith('connect ENOENT ')) return 'ECONNREFUSED';
  return 'code' in error ? String(error.code) : '';
}

/** True while another connection holds what a transaction needs, or was quicker than it. */
export const isBusy = (error: unknown): boolean => BUSY.test(codeOf(error));

/** True for a file that is damaged or no database, as SQLite throws it or as it was turned into `OutsideError`. */
export const isDamage = (error: unknown): boolean =>
  DAMAGE.test(codeOf(error instanceof OutsideError ? error.cause : error));

/** True when another connection added the same row or table between our look and our insert. */
const wasAddedByAnother = (error: unknown): boolean => ADDED_BY_ANOTHER.test(codeOf(error));

/** The same failure of SQLite or of the system, which then tells what file it was about. */
export const aboutFile = (error: unknown, file: string): unknown =>
  /^(SQLITE_|E[A-Z]+$)/.test(codeOf(error)) ? Object.assign(error as Error, { file }) : error;

/**
 * Turns a failure of SQLite, PostgreSQL or the way to it into `OutsideError` 'store-failed', with its
 * code and text, which name tables and columns but no values; or with what stands in the way of its file: a disk that is full, a
 * right that is missing. Everything else is returned as it is: it is our bug.
 */
export function toStoreError(error: unknown): unknown {
  const code = codeOf(error);
  if (!OUTSIDE.test(code)) return error;
  const found = obstacle(error as Error, code);
  return new OutsideError('store-failed', found?.detail ?? withCode(code, error as Error), {
    isRetryable: found?.isRetryable ?? RETRYABLE.test(code),
    remedy: found?.remedy ?? remedyOf(code),
    cause: error,
  });
}

/** A failure to connect to a server. Whatever it is, it is no bug of ours: `pg` has no code for some of them. */
export function toConnectError(error: Error): Error {
  if (toStoreError(error) instanceof OutsideError) return error;
  const code = codeOf(error);
  return new OutsideError('store-failed', withCode(code, error), {
    remedy: remedyOf(code) ?? remedyOf(error.message),
    cause: error,
  });
}

/** Node tries each address of a name: what went wrong with them stands in `errors` alone. */
function withCode(code: string, error: Error): string {
  const all = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  const text = all.map(({ message }) => message).join('; ');
  return code === '' || text.includes(code) || text.startsWith('connect E')
    ? text
    : `${code}: ${text}`;
}

function obstacle(
  error: Error,
  code: string,
): { detail: string; remedy: string; isRetryable: boolean } | null {
  if (!('file' in error && typeof error.file === 'string')) return null;
  const full = GROWING.test(code) ? withoutRoom(error.file, `, ${code}`) : null;
  if (full !== null) return { detail: full, remedy: '', isRetryable: true };
  const found = RIGHTS.test(code) ? whyUnusable(error.file) : null;
  return found && { ...found, isRetryable: false };
}

/** Throws `OutsideError` 'store-failed' where the disk of a file is full: it could not grow. */
export function requireRoom(file: string): void {
  const full = withoutRoom(file, '');
  if (full !== null)
    throw new OutsideError('store-failed', full, { isRetryable: true, remedy: '' });
}

function withoutRoom(file: string, how: string): string | null {
  const folder = resolve(dirname(file));
  const free = freeBytesOf(folder);
  if (free >= FULL_BELOW_BYTES) return null;
  return `the disk of ${folder} is full (${Math.floor(free / 1024)} KB free${how}); make room there`;
}

/** Bytes of the disk of a folder that this process may still write. */
export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** What SQLite itself waits for a lock, with the whole thread; never more. Slack waits no longer than 100 ms. */
export const BUSY_TIMEOUT_MS = 50;

const PAUSES_MS = [50, 100, 200, 400, 800];
const MAXIMUM_ATTEMPTS = 70;
/** A row that stands in the way after this many looks is no race: it is our bug. */
const MAXIMUM_ADDED = 3;

/**
 * Runs a transaction, again and again while another connection is in its way: about a minute, or no longer
 * than `withinMs`, with pauses in which other events run. It must do all or nothing.
 * Rejects with `OutsideError` 'store-failed' for every failure of the database.
 */
export async function retryWhileBusy<T>(
  operation: () => Promise<T>,
  { withinMs = Number.POSITIVE_INFINITY } = {},
): Promise<T> {
  const until = performance.now() + withinMs;
  for (let attempt = 1; ; attempt += 1) {
    const waitMs = PAUSES_MS[attempt - 1] ?? PAUSES_MS.at(-1) ?? 0;
    try {
      return await operation();
    } catch (error) {
      const maximum = wasAddedByAnother(error) ? MAXIMUM_ADDED : MAXIMUM_ATTEMPTS;
      const isPassing = isBusy(error) || wasAddedByAnother(error);
      if (!isPassing || attempt >= maximum) throw toStoreError(error);
      if (performance.now() + waitMs >= until)
        throw new DatabaseHeld(withinMs, codeOf(error), error);
    }
    await wait(waitMs);
  }
}
