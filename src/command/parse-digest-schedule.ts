import { scheduleWords } from '../inspections/digest-schedules.ts';
import { type DigestSchedule, type Weekday, weekdays } from '../ports/digest-store.ts';
import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { table } from '../shared/table.ts';
import { trimmedEnd } from '../shared/text.ts';

const longNames: Readonly<Record<Weekday, readonly string[]>> = {
  mon: ['mon', 'monday', 'mondays'],
  tue: ['tue', 'tues', 'tuesday', 'tuesdays'],
  wed: ['wed', 'weds', 'wednesday', 'wednesdays'],
  thu: ['thu', 'thur', 'thurs', 'thursday', 'thursdays'],
  fri: ['fri', 'friday', 'fridays'],
  sat: ['sat', 'saturday', 'saturdays'],
  sun: ['sun', 'sunday', 'sundays'],
};
const groups = table<readonly Weekday[]>({
  ...Object.fromEntries(
    weekdays.flatMap((day) => longNames[day].map((name) => [name, [day]] as const)),
  ),
  ...{ daily: weekdays, everyday: weekdays, day: weekdays, days: weekdays },
  ...{ weekdays: weekdays.slice(0, 5), weekday: weekdays.slice(0, 5) },
  ...{ weekends: weekdays.slice(5), weekend: weekdays.slice(5) },
});
const fillers = ['at', 'on', 'every', 'and', 'in', 'o’clock'];
const SUGGESTED_TIME = '09:00';

/** What the words gave, and the first mistake among them. */
interface Found {
  days: Set<Weekday>;
  times: string[];
  zone: string[];
  mistake: string | null;
}

/**
 * Reads `weekdays 08:30 Europe/Berlin`: days (none means daily), a time, a zone (none means the one
 * given). Understands `8.30`, `8:30am`, `monday`, `mon-fri` and zones in any case. Throws `UserError`
 * with the corrected line for all else; `lineEnd` stands behind that line.
 */
export function parseDigestSchedule(
  words: readonly string[],
  { timezone, lineEnd = '' }: { timezone: string; lineEnd?: string },
): DigestSchedule {
  const found = sortWords(words);
  const zone = readZone(found, timezone);
  const [at = SUGGESTED_TIME, second] = found.times;
  if (found.times.length === 0) found.mistake ??= 'A time is needed, such as 08:30.';
  if (second !== undefined) found.mistake ??= 'A channel gets one digest a day: give one time.';
  const days = weekdays.filter((day) => found.days.size === 0 || found.days.has(day));
  const schedule = { at, timezone: zone, days };
  if (found.mistake === null) return schedule;
  throw new UserError(found.mistake, {
    hint: 'For example: digest schedule weekdays 08:30 Europe/Berlin.',
    correctedLine: `digest schedule ${scheduleWords(schedule)}${lineEnd}`,
  });
}

function sortWords(words: readonly string[]): Found {
  const found: Found = { days: new Set(), times: [], zone: [], mistake: null };
  for (let index = 0; index < words.length; index++) {
    const word = trimmedEnd((words[index] ?? '').toLowerCase(), ',');
    const next = words[index + 1]?.toLowerCase() ?? '';
    if (fillers.includes(word) || word === '') continue;
    if (/^\d/.test(word)) {
      const isSplit = ['am', 'pm', 'a.m.', 'p.m.'].includes(next);
      if (isSplit) index++;
      takeTime(isSplit ? word + next : word, found);
    } else if (!takeDays(word, found)) {
      found.zone.push(words[index] ?? '');
    }
  }
  return found;
}

function takeTime(word: string, found: Found): void {
  const [, hours = '', minutes = '00', half] =
    /^(\d{1,2})(?:[:.h]?(\d\d))?([ap]\.?m\.?)?$/.exec(word) ?? [];
  const isAfternoon = half?.startsWith('p') ?? false;
  const typed = Number(hours);
  const hour = half === undefined ? typed : (typed % 12) + (isAfternoon ? 12 : 0);
  const isTime = hours !== '' && hour < 24 && Number(minutes) < 60 && !(half && typed > 12);
  if (isTime) {
    found.times.push(`${String(hour).padStart(2, '0')}:${minutes}`);
    return;
  }
  found.mistake ??= `“${word}” is not a time of day.`;
  found.times.push(word.startsWith('24') ? '00:00' : SUGGESTED_TIME);
}

/** False for a word that is about something else. A day that is misspelt is a mistake. */
function takeDays(word: string, found: Found): boolean {
  const parts = word.split(',').map(readDays);
  const isCertain = parts.every((days) => days !== null);
  const isList = word.includes(',') || isCertain;
  const meant = isList || knownZone(word) !== null ? undefined : nearest(word, dayWords);
  if (!isList && meant === undefined) return false;
  if (!isCertain) found.mistake ??= `“${word}” are not days of the week.`;
  for (const [index, days] of parts.entries()) {
    const part = word.split(',')[index] ?? '';
    for (const day of days ?? groups.get(nearest(part, dayWords) ?? '') ?? []) found.days.add(day);
  }
  return true;
}

const dayWords = [...groups.keys()];

/** Days of a word or a range such as `mon-fri`; null for neither. */
function readDays(word: string): readonly Weekday[] | null {
  const group = groups.get(word);
  if (group !== undefined) return group;
  const [from, to, more] = word.split(/[-–]/).map((end) => groups.get(end)?.[0]);
  if (from === undefined || to === undefined || more !== undefined) return null;
  const days: Weekday[] = [];
  for (let index = weekdays.indexOf(from); ; index = (index + 1) % weekdays.length) {
    const day: Weekday = weekdays[index] ?? to;
    days.push(day);
    if (day === to) return days;
  }
}

function readZone(found: Found, fallback: string): string {
  if (found.zone.length === 0) return fallback;
  const typed = found.zone.join('_');
  const zone = lookUpZone(typed);
  if (zone === null || zone.isGuess) {
    found.mistake ??= `“${found.zone.join(' ')}” is not a time zone.`;
  }
  return zone?.name ?? fallback;
}

/** A zone by its name in any case; as a guess also by its place (`Berlin`) or a near spelling. */
function lookUpZone(typed: string): { name: string; isGuess: boolean } | null {
  const wanted = typed.toLowerCase();
  const known = knownZone(typed);
  if (known !== null) return { name: known, isGuess: false };
  if (typed.length > ZONE_LENGTH_MAX) return null;
  const zoneOf = new Map(zones.map((zone) => [placeOf(zone), zone]));
  const sameLength = [...zones, ...zoneOf.keys()].filter(
    ({ length }) => Math.abs(length - typed.length) <= 2,
  );
  const near =
    zones.find((zone) => placeOf(zone).toLowerCase() === wanted) ?? nearest(typed, sameLength);
  return near === undefined ? null : { name: zoneOf.get(near) ?? near, isGuess: true };
}

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
const zoneByLowerCase = new Map(zones.map((zone) => [zone.toLowerCase(), zone]));
const placeOf = (zone: string) => zone.split('/').at(-1) ?? zone;
const ZONE_LENGTH_MAX = 40;

/** A zone by its name in any case; null when there is none. */
const knownZone = (typed: string) =>
  zoneByLowerCase.get(typed.toLowerCase()) ?? acceptedName(typed);

/** Old names and fixed offsets, which Intl knows but does not list. */
function acceptedName(typed: string): string | null {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions();
    return /[A-Z]/.test(typed) ? typed : timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
