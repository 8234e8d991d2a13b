import { type DigestSchedule, type Weekday, weekdays } from '../ports/digest-store.ts';
import { DAY_MS, HOUR_MS } from '../shared/time.ts';

// When a daily digest is due, from its schedule and an instant alone. Local time comes from Intl, which
// has the zone data of the runtime; nothing here reads a clock. Instants are epoch milliseconds, a local
// calendar day is text such as `2026-11-24`.

/** A day on which a digest is due, and the instant. */
export interface DueDay {
  day: string;
  dueAt: number;
}

/** Zones differ from UTC by 14 hours at most to the east and 12 to the west. */
const EARLIEST_MS = 15 * HOUR_MS;
const LATEST_MS = 13 * HOUR_MS;
/** Two weeks and a day: where a zone left out a day, as Samoa did a Friday, the next of its kind comes a week later. */
const SEARCHED_DAYS = 15;

/** The local calendar day of an instant. */
export const localDay = (at: number, timezone: string): string =>
  new Date(wallClock(at, timezone)).toISOString().slice(0, 10);

/** The calendar day so many days later; negative for earlier. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);

export function weekdayOf(day: string): Weekday {
  const sundayFirst = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekdays[(sundayFirst + 6) % 7] ?? 'sun';
}

/**
 * The instant at which a local time of a day comes. A time that exists twice is its first; one that is
 * skipped is the first instant after the gap. Null for a day that the zone skipped as a whole, as Apia
 * did with 30 December 2011.
 */
export function dueInstant(
  day: string,
  { at, timezone }: Pick<DigestSchedule, 'at' | 'timezone'>,
): number | null {
  const dayBegins = firstInstant(Date.parse(`${day}T00:00:00Z`), timezone);
  if (localDay(dayBegins, timezone) !== day) return null;
  return firstInstant(Date.parse(`${day}T${at}:00Z`), timezone);
}

/** Days whose digest became due within so many milliseconds up to now, oldest first. */
export const dueDays = (schedule: DigestSchedule, now: number, windowMs: number): DueDay[] =>
  scheduledDays(schedule, addDays(localDay(now - windowMs, schedule.timezone), -1), now)
    .filter(({ dueAt }) => dueAt > now - windowMs)
    .filter(({ dueAt }) => dueAt <= now);

/** Days of the schedule from one on, as far as they are due by then; oldest first. */
export function scheduledDays(schedule: DigestSchedule, from: string, until: number): DueDay[] {
  const last = localDay(until, schedule.timezone);
  const found: DueDay[] = [];
  for (let day = from; day <= last; day = addDays(day, 1)) {
    const dueAt = schedule.days.includes(weekdayOf(day)) ? dueInstant(day, schedule) : null;
    if (dueAt !== null && dueAt <= until) found.push({ day, dueAt });
  }
  return found;
}

/** The next digest after now, on a day that is not taken yet; null for a schedule without days. */
export function nextRun(
  schedule: DigestSchedule,
  now: number,
  isTaken: (day: string) => boolean = () => false,
): DueDay | null {
  const today = localDay(now, schedule.timezone);
  for (let count = -1; count < SEARCHED_DAYS; count++) {
    const day = addDays(today, count);
    if (!schedule.days.includes(weekdayOf(day)) || isTaken(day)) continue;
    const dueAt = dueInstant(day, schedule);
    if (dueAt !== null && dueAt > now) return { day, dueAt };
  }
  return null;
}

/** `Wed 25 Nov, 08:30`: the wall clock of the zone at an instant. */
export function localTimeText(at: number, timezone: string): string {
  const wall = new Date(wallClock(at, timezone));
  const part = (options: Intl.DateTimeFormatOptions) =>
    wall.toLocaleString('en-GB', { ...options, timeZone: 'UTC' });
  const day = `${part({ weekday: 'short' })} ${wall.getUTCDate()} ${part({ month: 'short' })}`;
  return `${day}, ${wall.toISOString().slice(11, 16)}`;
}

/**
 * The first instant at which the wall clock of a zone shows a time or a later one. The time is given as
 * if it were UTC. Takes for granted that a zone changes its offset at most once within 28 hours.
 */
function firstInstant(wanted: number, timezone: string): number {
  const offset = (at: number) => wallClock(at, timezone) - at;
  let low = wanted - EARLIEST_MS;
  let high = wanted + LATEST_MS;
  const before = offset(low);
  const after = offset(high);
  if (before === after) return wanted - before;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  const byOldOffset = wanted - before;
  return byOldOffset < high ? byOldOffset : Math.max(high, wanted - after);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a zone shows, as if it were UTC. */
function wallClock(at: number, timezone: string): number {
  let format = formats.get(timezone);
  if (format === undefined) {
    const digits = 'numeric';
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      hourCycle: 'h23',
      ...{ year: digits, month: digits, day: digits },
      ...{ hour: digits, minute: digits, second: digits },
    });
    formats.set(timezone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000);
}
