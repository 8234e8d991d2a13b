import { type AskedWhen, clockWord, instantOf, momentWord, newestWeekday } from './zone-time.ts';

/** What was read of a time, with words of it that a line cannot say, such as the end of a period. */
export interface Read {
  clause: 'since' | 'at';
  text: string;
  left?: string[];
}

/** A day of the week, as a part of an expression. */
export const WEEKDAYS =
  'mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|mon|tues?|weds?|thurs?|fri';
/** A time of day, as a part of an expression which `clockOf` reads. */
export const CLOCK =
  '(?:(\\d{1,2})(?:[:.](\\d\\d))? ?(am|pm|a\\.m|p\\.m|o clock|oclock)|(\\d{1,2}):(\\d\\d)|(noon|midday|midnight))';
/** So many groups has `CLOCK`. */
export const CLOCK_GROUPS = 6;

/** The day of a time of day, as a part of an expression. */
export const DAY_OF_CLOCK = `last night|overnight|yesterday(?: (?:morning|evening|afternoon|night))?|this morning|today|tonight|at night|in the morning|(?:on |last )?(?:${WEEKDAYS})`;
/** `HH:MM` of what `CLOCK` caught; null for what is no time of day. */
export function clockOf(groups: readonly (string | undefined)[]): string | null {
  const [hour, minute = '00', half = '', hour24, minute24, word] = groups;
  if (word !== undefined) return word === 'midnight' ? '00:00' : '12:00';
  if (hour24 !== undefined) return toClock(Number(hour24), minute24 ?? '00');
  const typed = Number(hour);
  if (half.startsWith('o')) return toClock(typed, minute);
  if (typed < 1 || typed > 12) return null;
  return toClock((typed % 12) + (half.startsWith('p') ? 12 : 0), minute);
}

/** `HH:MM`; null for what is no time of day. */
export const toClock = (hour: number, minute: string): string | null =>
  hour < 24 && Number(minute) < 60 ? `${String(hour).padStart(2, '0')}:${minute}` : null;

/** “8:45 last night”, “4:30 yesterday afternoon”: of twelve hours, as nobody means the morning. */
function lateClock(clock: string, day: string): string {
  const isLate = /(?:afternoon|evening)$/.test(day) || (/night$/.test(day) && clock >= '07:00');
  if (!isLate || clock >= '12:00') return clock;
  const [hour = '', minute = ''] = clock.split(':');
  return `${Number(hour) + 12}:${minute}`;
}

/** One end of a stretch, which may be a bare hour where its day is named: six groups of `CLOCK`, and that hour. */
const END = `(?:${CLOCK}|(\\d{1,2}))`;

/** “Between noon and 2pm yesterday”, “from 2 to 4 last night”, “in the night of Tuesday”. */
export const STRETCH = new RegExp(
  `\\b(?:between|from) ${END} (?:and|to|until|till) ${END}(?: (${DAY_OF_CLOCK}))?(?= |$)`,
);

/** When a stretch begins; its end, which no line says, is left. */
export function stretchOf(groups: readonly (string | undefined)[], asked: AskedWhen): Read | null {
  const day = groups[2 * CLOCK_GROUPS + 2] ?? '';
  const [from, to] = [0, CLOCK_GROUPS + 1].map((at) => endOf(groups.slice(at), day));
  const found = from && to ? clockOn(from, day, true, asked) : null;
  return found === null ? null : { ...found, left: [`until ${to}`] };
}

function endOf(groups: readonly (string | undefined)[], day: string): string | null {
  const bare = groups[CLOCK_GROUPS];
  if (bare === undefined) return clockOf(groups);
  const isLate = /(?:afternoon|evening)$/.test(day) && Number(bare) < 12;
  return day === '' ? null : toClock(Number(bare) + (isLate ? 12 : 0), '00');
}

/** “The night of Tuesday”, “Tuesday night”. */
export const NIGHT = new RegExp(
  `\\b(?:(?:during|in|on|over|since) )?(?:the )?(?:night (?:of|from) (?:last )?(${WEEKDAYS})|(?:last )?(${WEEKDAYS})(?: at)? night)\\b`,
);

/** A clock on a day: that of last night is of today's early hours, or of yesterday's late ones. */
export function clockOn(
  typed: string | null,
  day: string,
  isSince: boolean,
  asked: AskedWhen,
): Read | null {
  if (typed === null) return null;
  const clock = lateClock(typed, day);
  const clause = isSince ? 'since' : 'at';
  if (/^(?:last night|overnight)$/.test(day)) {
    const isLate = clock >= '12:00';
    return { clause, text: clockWord(clock, isLate ? 'yesterday' : 'newest', asked) };
  }
  if (day.startsWith('yesterday')) return { clause, text: clockWord(clock, 'yesterday', asked) };
  const weekday = newestWeekday(day.replace(/^(?:on|last) /, ''), asked, false);
  if (weekday === null) return { clause, text: clockWord(clock, 'newest', asked) };
  return { clause, text: momentWord(instantOf(weekday, clock, asked)) };
}
