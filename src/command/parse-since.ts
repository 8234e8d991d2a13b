import { addDays, dueInstant, localDay } from '../inspections/digest-times.ts';
import { UserError } from '../shared/errors.ts';
import { DAY_MS, isoTime, parseDuration } from '../shared/time.ts';

/**
 * A time in the past as it was typed: so long ago, at a moment (epoch milliseconds), or at a time of day
 * (`03:10`, in a time zone) of the day before, or the newest that has passed.
 */
export type Since =
  | { agoMs: number }
  | { at: number }
  | { clock: string; zone: string; day: 'yesterday' | 'newest' };

/** On whose wall clock a time of day is meant, and how that is known. */
export interface AskerZone {
  /** IANA name, e.g. `Europe/Berlin`. */
  name: string;
  origin: 'asker' | 'digest' | 'default';
}

export const utcZone: AskerZone = { name: 'UTC', origin: 'default' };

/** The longest that is looked back; more is a slip, and no data is older. */
const AGO_MAX_MS = 3_660 * DAY_MS;

/** What is meant when nobody says: a day. */
export const yesterday: Since = { agoMs: DAY_MS };

/**
 * Reads `30m`, `12h`, `7d`, `2w`, `6mo`, `1y`, `yesterday` (24 hours ago), a date `2026-11-20`, a moment
 * `2026-11-20T03:00`, a time of day `03:00`, `3am` or `yesterday-12:00`. Days and times of day are those
 * of `zone`; a moment that ends in `Z` is in UTC, and one may have its distance from UTC. Throws `UserError` for anything else; `keyword` is what
 * it stands behind.
 */
export function parseSince(
  text: string,
  keyword: 'since' | 'at' = 'since',
  zone: string = 'UTC',
): Since {
  const word = text.toLowerCase();
  if (word === 'yesterday') return yesterday;
  const clock = parseClock(word, zone);
  if (clock !== null) return clock;
  const agoMs = parseDuration(word);
  if (agoMs !== null && agoMs > 0 && agoMs <= AGO_MAX_MS) return { agoMs };
  const at = saysZone(word) ? parseMoment(word) : momentIn(word, zone);
  if (at !== null) return { at };
  throw new UserError(`“${text}” is not a time for “${keyword}”.`, {
    hint: 'It knows 30m, 12h, 7d, 2w, 6mo, yesterday, yesterday-12:00, 03:00, 3am, 2026-11-20, 2026-11-20T03:00 and, in UTC, 2026-11-20T03:00Z.',
  });
}

/** True where a moment says its own zone, as those do that programs write. */
const saysZone = (word: string): boolean => /^[\d-]{10}t[\d:.,]*(?:z|[+-]\d\d:?\d\d)$/.test(word);

/** True for a time whose meaning depends on the time zone of who asks. */
export const isInZone = (text: string): boolean => {
  const word = text.toLowerCase();
  return parseClock(word, 'UTC') !== null || (parseMoment(word) !== null && !saysZone(word));
};

/** `03:10` for `3:10`, `3am`, `3:10am` and `03:10`; null for what is no time of day. */
export function clockText(word: string): string | null {
  const [, hours, minutes = '00', half] =
    /^(\d{1,2})(?::([0-5]\d))?(am|pm)?$/.exec(word.toLowerCase()) ?? [];
  if (hours === undefined || (half === undefined && !word.includes(':'))) return null;
  const typed = Number(hours);
  if (half === undefined ? typed > 23 : typed < 1 || typed > 12) return null;
  const hour = half === undefined ? typed : (typed % 12) + (half === 'pm' ? 12 : 0);
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

/** `03:00` or `yesterday-12:00`; null for what has not the form. */
function parseClock(word: string, zone: string): Since | null {
  const isYesterday = word.startsWith('yesterday-');
  const clock = clockText(isYesterday ? word.slice('yesterday-'.length) : word);
  return clock === null ? null : { clock, zone, day: isYesterday ? 'yesterday' : 'newest' };
}

/** As `parseMoment`, on the wall clock of a zone; what the clock skipped is the first instant after it. */
function momentIn(word: string, zone: string): number | null {
  const inUtc = parseMoment(word);
  if (inUtc === null || zone === 'UTC') return inUtc;
  const [day = '', time = ''] = isoTime(inUtc).split('T');
  const minute = dueInstant(day, { at: time.slice(0, 5), timezone: zone });
  return minute === null ? null : minute + Number(time.slice(6, 8)) * 1_000;
}

/** The moment in epoch milliseconds. Throws `UserError` when it has not come yet. */
export function sinceTime(since: Since, now: number): number {
  if ('agoMs' in since) return now - since.agoMs;
  if ('clock' in since) return clockTime(since, now);
  if (since.at <= now) return since.at;
  const said = isoTime(since.at).slice(0, 16).replace('T', ' ');
  throw new UserError(`${said} UTC has not come yet.`, {
    hint: 'A duration such as 12h needs no date and no time zone.',
  });
}

function clockTime({ clock, zone, day }: Extract<Since, { clock: string }>, now: number): number {
  const today = localDay(now, zone);
  const onDay = (daysAgo: number) =>
    // A zone can skip a whole day; then it is the day before that.
    dueInstant(addDays(today, -daysAgo), { at: clock, timezone: zone }) ??
    dueInstant(addDays(today, -daysAgo - 1), { at: clock, timezone: zone }) ??
    now - daysAgo * DAY_MS;
  if (day === 'yesterday') return onDay(1);
  return onDay(0) <= now ? onDay(0) : onDay(1);
}

/**
 * Epoch milliseconds of a date (its first moment) or a moment, in UTC unless it says its distance from
 * that; parts of a second do not count. Null for what has not the form, or is no day of the calendar.
 */
export function parseMoment(word: string): number | null {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:t(\d\d:\d\d)(:\d\d(?:[.,]\d{1,9})?)?(?:z|([+-])([01]\d):?([0-5]\d))?)?$/.exec(
      word,
    );
  if (match === null) return null;
  const [, day, minute = '00:00', seconds = ':00', sign, hours = '00', minutes = '00'] = match;
  const iso = `${day}T${minute}${seconds.slice(0, 3)}.000Z`;
  const at = Date.parse(iso);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(at) || isoTime(at) !== iso) return null;
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? at + ahead : at - ahead;
}
