import { UserError } from '../shared/errors.ts';

/** A time in the past as it was typed: so long ago, or at a moment (epoch milliseconds). */
export type Since = { agoMs: number } | { at: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const units = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const;

/** The longest that is looked back; more is a slip, and no data is older. */
const AGO_MAX_MS = 3_660 * DAY_MS;

/** What is meant when nobody says: a day. */
export const yesterday: Since = { agoMs: DAY_MS };

/**
 * Reads `30m`, `12h`, `7d`, `2w`, `yesterday` (24 hours ago), a date `2026-11-20` or a moment
 * `2026-11-20T03:00`, both in UTC. Throws `UserError` for anything else.
 */
export function parseSince(text: string): Since {
  const word = text.toLowerCase();
  if (word === 'yesterday') return yesterday;
  const agoMs = parseDuration(word);
  if (agoMs !== null && agoMs > 0 && agoMs <= AGO_MAX_MS) return { agoMs };
  const at = parseMoment(word);
  if (at !== null) return { at };
  throw new UserError(`“${text}” is no time that “since” knows.`, {
    hint: 'It knows 30m, 12h, 7d, 2w, yesterday, 2026-11-20 and 2026-11-20T03:00 (UTC).',
  });
}

/** The moment in epoch milliseconds. Throws `UserError` when it has not come yet. */
export function sinceTime(since: Since, now: number): number {
  if ('agoMs' in since) return now - since.agoMs;
  if (since.at <= now) return since.at;
  throw new UserError(`${new Date(since.at).toISOString()} has not come yet.`, {
    hint: 'Dates are in UTC; a duration such as 12h needs no time zone.',
  });
}

/** Milliseconds of `30m`, `12h`, `7d` or `2w`; null for what has not the form. */
export function parseDuration(word: string): number | null {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(word) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Number(count) * units[unit as keyof typeof units];
}

/**
 * Epoch milliseconds of a date (its first moment) or a moment, in UTC; null for what has not the
 * form, or is no day of the calendar.
 */
export function parseMoment(word: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:t(\d\d:\d\d)(:\d\d)?z?)?$/.exec(word);
  if (match === null) return null;
  const [, day, minute = '00:00', seconds = ':00'] = match;
  const iso = `${day}T${minute}${seconds}.000Z`;
  const at = Date.parse(iso);
  // Date.parse takes 30 February for 2 March.
  return !Number.isNaN(at) && new Date(at).toISOString() === iso ? at : null;
}
