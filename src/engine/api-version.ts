import { OutsideError, statusOf } from '../shared/errors.ts';
import { readHeaders } from './answer-status.ts';
import type { Exchange } from './exchange.ts';
import { readAnswer } from './read-answer.ts';

/** The version our collectors are written against. */
export const preferredApiVersion = '1.45';
/** Older engines give answers that the collectors were never tried with. */
export const oldestApiVersion = '1.24';

/**
 * Asks the engine for the versions it speaks and chooses one. A socket proxy may forbid `/version`;
 * the ping then tells the newest. Rejects with `OutsideError`.
 */
export async function agreeOnApiVersion(exchange: Exchange, url: string): Promise<string> {
  try {
    const answer = await exchange({ method: 'GET', path: '/version' }, (response, signal) =>
      readAnswer(response, 'GET /version', signal),
    );
    const { ApiVersion, MinAPIVersion } = asObject(answer);
    return chooseApiVersion(ApiVersion, MinAPIVersion ?? null, url);
  } catch (error) {
    if (![403, 404, 405].includes(statusOf(error) ?? 0)) throw error;
  }
  const headers = await exchange({ method: 'HEAD', path: '/_ping' }, (response) =>
    readHeaders(response, 'HEAD /_ping'),
  );
  return chooseApiVersion(headers['api-version'], null, url);
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/**
 * Our version, or the nearest one that the engine speaks. `newest` and `oldest` are what the engine
 * says of itself; `oldest` is null when it does not say. Throws `OutsideError` when none fits.
 */
export function chooseApiVersion(newest: unknown, oldest: unknown, url: string): string {
  const highest = minorOf(newest);
  const lowest = oldest === null ? minorOf(oldestApiVersion) : minorOf(oldest);
  const required = minorOf(oldestApiVersion) ?? 0;
  const preferred = minorOf(preferredApiVersion) ?? 0;
  if (highest === null || lowest === null || lowest > highest) {
    throw new OutsideError('engine-invalid-answer', `${url} does not tell its API versions`);
  }
  if (highest < required) {
    const detail = `${url} speaks API 1.${highest} at most; Seawall needs ${oldestApiVersion}`;
    throw new OutsideError('engine-invalid-answer', detail);
  }
  return `1.${Math.max(lowest, Math.min(preferred, highest))}`;
}

/** Minor number of `1.N`; null for anything else. There has never been another major version. */
function minorOf(version: unknown): number | null {
  const match = typeof version === 'string' ? /^1\.(\d{1,3})$/.exec(version) : null;
  return match ? Number(match[1]) : null;
}
