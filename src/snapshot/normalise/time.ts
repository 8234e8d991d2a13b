import { type Foreign, textOrEmpty, wrongShape } from '../foreign.ts';

/**
 * ISO time in UTC with milliseconds, so that times compare as texts. Null for an empty or missing
 * one and for Go's zero time `0001-01-01T00:00:00Z`, which engines write for "never".
 */
export function isoTime(found: Foreign): string | null {
  const written = textOrEmpty(found);
  if (written === '' || written.startsWith('0001-01-01')) return null;
  return isoTimeOfMilliseconds(found, Date.parse(written));
}

/** ISO time of whole seconds since 1970, as image histories give them. Throws beyond year 9999. */
export const isoTimeOfSeconds = (found: Foreign, seconds: number): string =>
  isoTimeOfMilliseconds(found, seconds * 1000);

function isoTimeOfMilliseconds(found: Foreign, milliseconds: number): string {
  const isTime = Math.abs(milliseconds) <= LATEST_MS;
  if (!isTime) throw wrongShape(found, 'a time');
  return new Date(milliseconds).toISOString();
}

const LATEST_MS = Date.UTC(9999, 11, 31);
