import fc from 'fast-check';
import {
  addDays,
  dueDays,
  dueInstant,
  localDay,
  localTimeText,
  nextRun,
  weekdayOf,
} from '../../src/inspections/digest-times.ts';
import { type Weekday, weekdays } from '../../src/ports/digest-store.ts';
import { runs } from '../support/long-run.ts';

const HOUR_MS = 3_600_000;
const iso = (at: number | null) => at && new Date(at).toISOString();

describe('the instant of a local time', () => {
  test.each([
    ['2026-11-25', '08:30', 'Europe/Berlin', '2026-11-25T07:30:00.000Z'],
    // Does not exist: the first instant after the gap.
    ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:00:00.000Z'],
    ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z'],
    // Exists twice: the first.
    ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    // On the days of the change, at ordinary hours.
    ['2026-03-29', '01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25', '03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    ['2026-06-01', '00:00', 'Asia/Kathmandu', '2026-05-31T18:15:00.000Z'],
    // A midnight that does not exist.
    ['2018-11-04', '00:00', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    // A day that does not exist, and its neighbours.
    ['2011-12-29', '08:30', 'Pacific/Apia', '2011-12-29T18:30:00.000Z'],
    ['2011-12-30', '08:30', 'Pacific/Apia', null],
    ['2011-12-31', '08:30', 'Pacific/Apia', '2011-12-30T18:30:00.000Z'],
  ])('%s %s in %s', (day, at, timezone, expected) => {
    expect(iso(dueInstant(day, { at, timezone }))).toBe(expected);
  });
});

/** What a wall clock shows, read from text that Intl writes: shares nothing with the product. */
const oracles = new Map<string, Intl.DateTimeFormat>();
function wall(at: number, timezone: string): string {
  const format =
    oracles.get(timezone) ??
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: timezone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
  oracles.set(timezone, format);
  return format.format(at);
}

/** Walks the minutes of three days: the first that shows the time or a later one. */
function walk(day: string, at: string, timezone: string): number | null {
  const begin = Date.parse(`${addDays(day, -1)}T00:00:00Z`);
  const minutes = Array.from({ length: 3 * 24 * 60 }, (_, index) => begin + index * 60_000);
  if (!minutes.some((minute) => wall(minute, timezone).startsWith(day))) return null;
  return minutes.find((minute) => wall(minute, timezone) >= `${day} ${at}`) ?? null;
}

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'UTC',
  'America/St_Johns',
  'Pacific/Chatham',
] as const;
/** Changes of the clock in these zones; days near them are drawn more often. */
const changes = ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05'].concat(
  '2026-10-04',
  '2026-09-27',
  '2011-12-30',
);
const anyDay = fc.oneof(
  fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -1, max: 1 })),
  fc.tuple(fc.constant('2010-01-01'), fc.integer({ min: 0, max: 7_000 })),
);
const anyTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

test('the instant is the one that a walk over the minutes finds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), anyDay, anyTime, (timezone, [from, count], at) => {
      const day = addDays(from, count);
      expect(iso(dueInstant(day, { at, timezone }))).toBe(iso(walk(day, at, timezone)));
    }),
    { numRuns: runs(100, 300) },
  );
});

test('the local day is the one on the wall', () => {
  const instants = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (timezone, at) => {
      expect(localDay(at, timezone)).toBe(wall(at, timezone).slice(0, 10));
    }),
  );
});

const anySchedule = fc.record({
  at: anyTime,
  timezone: fc.constantFrom(...zones),
  days: fc.subarray<Weekday>([...weekdays], { minLength: 1 }),
});
const anyNow = fc
  .tuple(anyDay, fc.integer({ min: 0, max: 24 * HOUR_MS }))
  .map(([[day, count], ms]) => Date.parse(addDays(day, count)) + ms);

test('a weekly digest whose day does not exist comes a week later', () => {
  const fridays = { at: '00:00', timezone: 'Pacific/Apia', days: ['fri'] as const };

  expect(nextRun(fridays, Date.parse('2011-12-29T00:00:00.000Z'))?.day).toBe('2012-01-06');
});

test('the next run is the soonest day of the schedule that is not taken', () => {
  fc.assert(
    fc.property(anySchedule, anyNow, fc.boolean(), (schedule, now, isTodayTaken) => {
      const today = localDay(now, schedule.timezone);
      const next = nextRun(schedule, now, (day) => isTodayTaken && day === today);
      const days = Array.from({ length: 24 }, (_, index) => addDays(today, index - 2));
      const later = days
        .filter((day) => schedule.days.includes(weekdayOf(day)) && !(isTodayTaken && day === today))
        .map((day) => ({ day, dueAt: dueInstant(day, schedule) ?? 0 }))
        .filter(({ dueAt }) => dueAt > now);
      expect(next).toEqual(later[0] ?? null);
    }),
  );
});

test('whoever looks every hour sees each scheduled day become due, once and in order', () => {
  fc.assert(
    fc.property(anySchedule, anyNow, (schedule, start) => {
      const seen: string[] = [];
      for (let hour = 1; hour <= 12 * 24; hour++) {
        const due = dueDays(schedule, start + hour * HOUR_MS, HOUR_MS);
        seen.push(...due.map(({ day }) => day));
      }
      const all = dueDays(schedule, start + 12 * 24 * HOUR_MS, 12 * 24 * HOUR_MS);
      expect(seen).toEqual(all.map(({ day }) => day));
      expect([...new Set(seen)].sort()).toEqual(seen);
    }),
    { numRuns: runs(10, 30) },
  );
});

test('a local time is written with its day', () => {
  expect(localTimeText(Date.parse('2026-11-25T07:30:00Z'), 'Europe/Berlin')).toBe(
    'Wed 25 Nov, 08:30',
  );
});
