import { addDays, dueInstant, localDay, weekdayOf } from '../inspections/digest-times.ts';
import { weekdays } from '../ports/digest-store.ts';
import { isoTime } from '../shared/time.ts';

/** When somebody asks, and by which clock they live. */
export interface AskedWhen {
  /** Epoch milliseconds. */
  now: number;
  /** Name that Intl knows, e.g. `Europe/Berlin`. */
  timezone: string;
}

export const today = ({ now, timezone }: AskedWhen): string => localDay(now, timezone);

/** The instant of a local time `HH:MM` on a local day; that of midnight UTC where the day was skipped. */
export const instantOf = (day: string, at: string, { timezone }: AskedWhen): number =>
  dueInstant(day, { at, timezone }) ?? Date.parse(`${day}T${at}:00Z`);

/** A moment as lines name it, in UTC: a date where it is midnight, else with its minute. */
export function momentWord(at: number): string {
  const iso = isoTime(at);
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 16);
}

/** A time of day as lines name it: that which passed last, or that of the day before. */
export function clockWord(at: string, day: 'newest' | 'yesterday', asked: AskedWhen): string {
  const here = today(asked);
  if (asked.timezone === 'UTC') return day === 'newest' ? at : `yesterday-${at}`;
  const yesterday = addDays(here, -1);
  if (day === 'yesterday') return momentWord(instantOf(yesterday, at, asked));
  const todays = instantOf(here, at, asked);
  return isoTime(todays <= asked.now ? todays : instantOf(yesterday, at, asked)).slice(11, 16);
}

/** The newest local day of a weekday: before today, or today too. Null for a word that is none. */
export function newestWeekday(word: string, asked: AskedWhen, isTodayToo: boolean): string | null {
  const wanted = weekdays.find((day) => word.slice(0, 3) === day);
  if (wanted === undefined) return null;
  let day = isTodayToo ? today(asked) : addDays(today(asked), -1);
  while (weekdayOf(day) !== wanted) day = addDays(day, -1);
  return day;
}

/** The next local day of a weekday, behind today. Null for a word that is none. */
export function nextWeekday(word: string, asked: AskedWhen): string | null {
  const newest = newestWeekday(word, asked, true);
  return newest === null ? null : addDays(newest, 7);
}

/** The word for the beginning of a local day. */
export const dayWord = (day: string, asked: AskedWhen): string =>
  momentWord(instantOf(day, '00:00', asked));
