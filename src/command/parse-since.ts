import { UserError } from '../shared/errors.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, parseDuration } from '../shared/time.ts';

/**
 * A time in the past as it was typed: so long ago, at a moment (epoch milliseconds), or at a time of
 * day (milliseconds after midnight) of the day before, or the newest that has passed.
 */
export type Since =
  | { agoMs: number }
  | { at: number }
  | { clockMs: number; day: 'yesterday' | 'newest' };

/** The longest that is looked back; more is a slip, and no data is older. */
const AGO_MAX_MS = 3_660 * DAY_MS;

/** What is meant when nobody says: a day. */
export const yesterday: Since = { agoMs: DAY_MS };

/**
 * Reads `30m`, `12h`, `7d`, `2w`, `6mo`, `1y`, `yesterday` (24 hours ago), a date `2026-11-20`, a moment
 * `2026-11-20T03:00`, a time of day `03:00` or `yesterday-12:00`, all in UTC. Throws `UserError` for
 * anything else; `keyword` is what it stands behind.
 */
export function parseSince(text: string, keyword: 'since' | 'at' = 'since'): Since {
  const word = text.toLowerCase();
  if (word === 'yesterday') return yesterday;
  const clock = parseClock(word);
  if (clock !== null) return clock;
  const agoMs = parseDuration(word);
  if (agoMs !== null && agoMs > 0 && agoMs <= AGO_MAX_MS) return { agoMs };
  const at = parseMoment(word);
  if (at !== null) return { at };
  throw new UserError(`“${text}” is no time that “${keyword}” knows.`, {
    hint: 'It knows 30m, 12h, 7d, 2w, 6mo, yesterday, yesterday-12:00, 03:00, 2026-11-20 and 2026-11-20T03:00 (UTC).',
  });
}

/** `03:00` or `yesterday-12:00`; null for what has not the form. */
function parseClock(word: string): Since | null {
  const [, day, hour, minute] = /^(yesterday-)?([01]\d|2[0-3]):([0-5]\d)$/.exec(word) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const clockMs = Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS;
  return { clockMs, day: day === undefined ? 'newest' : 'yesterday' };
}

/** The moment in epoch milliseconds. Throws `UserError` when it has not come yet. */
export function sinceTime(since: Since, now: number): number {
  if ('agoMs' in since) return now - since.agoMs;
  if ('clockMs' in since) {
    const today = Math.floor(now / DAY_MS) * DAY_MS + since.clockMs;
    return since.day === 'newest' && today <= now ? today : today - DAY_MS;
  }
  if (since.at <= now) return since.at;
  throw new UserError(`${isoTime(since.at)} has not come yet.`, {
    hint: 'Dates are in UTC; a duration such as 12h needs no time zone.',
  });
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
  return !Number.isNaN(at) && isoTime(at) === iso ? at : null;
}
