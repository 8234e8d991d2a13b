import { weekdays } from '../ports/digest-store.ts';
import { table } from '../shared/table.ts';
import type { Clues } from './clues.ts';

/** Days, a time and a zone, as `digest schedule` takes them. */
export interface FoundSchedule {
  words: string[];
  /** True where days are said, so that a schedule is meant and no single time. */
  isOfDays: boolean;
}

const HOURS = table<number>({
  ...{ one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 },
  ...{ eleven: 11, twelve: 12 },
});
const HOUR = `\\d{1,2}|${[...HOURS.keys()].join('|')}`;
const HALF_PAST = new RegExp(`\\b(half|quarter) (past|to) (${HOUR})\\b(?: (am|pm))?`);
const CLOCK = /(?<![\w:.-])(\d{1,2})[:.](\d\d)(?: ?(am|pm))?(?![\w:.-])/;
const HALF = new RegExp(`(?<![\\w:.-])(${HOUR}) ?(am|pm|o clock|oclock|hours|hrs)(?![\\w-])`);
const BARE = new RegExp(`\\b(?:at|to|by|for) (${HOUR})(?![\\w:.-])`);
const NOON = /\b(?:at|to|by|for) (noon|midday|midnight)\b/;

const WEEKDAYS =
  /\b(?:weekdays?|(?:working|work|business|week) days?|workdays?|monday (?:to|till|until|through) friday|mon ?- ?fri|mon to fri|monday-friday)\b/;
const WEEKENDS = /\b(?:weekends?|saturdays? and sundays?)\b/;
const DAILY =
  /\b(?:daily|(?:every|each) (?:single )?(?:day|morning|evening|afternoon)|everyday|all days|seven days)\b/;
const NAMED_DAY =
  /\b(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b/g;
const DAY = '(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}';
const DAY_RANGE = new RegExp(
  `\\b${DAY}(?: ?[-–] ?| (?:to|till|until|through|thru) )${DAY}\\b`,
  'g',
);
const TYPED_ZONE = /\b[a-z]{1,20}\/[a-z_+/-]{1,40}/;
const CITY_TIME = /\b([a-z]{2,20}(?: [a-z]{2,20})?) (?:local )?time\b(?! ?zone)/;
const REGIONS = ['africa', 'america', 'asia', 'atlantic', 'australia', 'europe', 'pacific'];
const UTC = /\b(?:utc|gmt|zulu)\b/;

/** The schedule of a digest that a question says; null where no time is named. */
export function findSchedule(clues: Clues): FoundSchedule | null {
  const text = clues.text();
  const at = clockIn(text);
  if (at === null) return null;
  const days = daysIn(text);
  const zone = zoneIn(text);
  const words = [days.join(',') || 'daily', at, ...(zone === null ? [] : [zone])];
  return { words, isOfDays: days.length > 0 };
}

function clockIn(text: string): string | null {
  const [, part, side = '', past = '', halfOfPast] = HALF_PAST.exec(text) ?? [];
  if (part !== undefined) {
    const minutes = (side === 'to' ? -1 : 1) * (part === 'half' ? 30 : 15);
    return toClock(hourOf(past, halfOfPast), minutes);
  }
  const [, hour, minute = '0', half] = CLOCK.exec(text) ?? [];
  if (hour !== undefined) return toClock(hourOf(hour, half), Number(minute));
  const [, whole, unit] = HALF.exec(text) ?? [];
  if (whole !== undefined) return toClock(hourOf(whole, unit), 0);
  const noon = NOON.exec(text)?.[1];
  if (noon !== undefined) return noon === 'midnight' ? '00:00' : '12:00';
  const bare = BARE.exec(text)?.[1];
  return bare === undefined ? null : toClock(hourOf(bare, undefined), 0);
}

function hourOf(text: string, half: string | undefined): number {
  const hour = HOURS.get(text) ?? Number(text);
  if (half === 'pm') return (hour % 12) + 12;
  return half === 'am' ? hour % 12 : hour;
}

/** `HH:MM`; null for what is no time of day. */
function toClock(hour: number, minutes: number): string | null {
  const all = hour * 60 + minutes;
  if (all < 0 || hour > 23 || minutes > 59) return null;
  return [Math.floor(all / 60), all % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

function daysIn(text: string): string[] {
  if (WEEKDAYS.test(text)) return ['weekdays'];
  const named = new Set((text.match(NAMED_DAY) ?? []).map((day) => day.slice(0, 3)));
  for (const [, from, to] of text.matchAll(DAY_RANGE))
    for (const day of between(from, to)) named.add(day);
  if (named.size > 0 && !WEEKENDS.test(text)) return weekdays.filter((day) => named.has(day));
  if (WEEKENDS.test(text)) return ['weekends'];
  return DAILY.test(text) ? ['daily'] : [];
}

/** The days from one to another, over the weekend too. */
function between(from = '', to = ''): string[] {
  const names: readonly string[] = weekdays;
  const [first = 0, last = 0] = [from, to].map((day) => names.indexOf(day));
  const count = ((last - first + names.length) % names.length) + 1;
  return Array.from({ length: count }, (_, at) => names[(first + at) % names.length] ?? '');
}

/** The time zone that is named: `Area/City`, its city alone (“Berlin time”), or UTC; null where none is. */
function zoneIn(text: string): string | null {
  const zones = Intl.supportedValuesOf('timeZone');
  const typed = TYPED_ZONE.exec(text)?.[0];
  if (typed !== undefined)
    return zones.find((zone) => zone.toLowerCase() === typed) ?? otherZone(typed);
  if (UTC.test(text)) return 'UTC';
  const [, said = ''] = CITY_TIME.exec(text) ?? [];
  const cities = [said, said.split(' ').at(-1) ?? ''].filter((city) => city !== '');
  const ofCity = (city: string) => {
    const place = `/${city.replaceAll(' ', '_')}`;
    const listed = zones.find((zone) => zone.toLowerCase().endsWith(place));
    return (
      listed ?? REGIONS.map((region) => otherZone(region + place)).find((zone) => zone !== null)
    );
  };
  return cities.map(ofCity).find((zone) => zone !== undefined) ?? null;
}

/** A zone that is called otherwise where zones are listed, such as Asia/Kolkata; null for none. */
function otherZone(typed: string): string | null {
  const zone = typed.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
