import fc from 'fast-check';
import { defineCommand } from '../../src/command/command.ts';
import { parseLine } from '../../src/command/parse-line.ts';
import { parseSince, sinceTime } from '../../src/command/parse-since.ts';
import { UserError } from '../../src/shared/errors.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';

const HOUR_MS = 3_600_000;
const now = Date.UTC(2026, 10, 24, 18, 30);
const utc = (...parts: [number, number, number, number?, number?, number?]) => Date.UTC(...parts);

test.each([
  ['30m', now - HOUR_MS / 2],
  ['12h', now - 12 * HOUR_MS],
  ['7d', now - 7 * 24 * HOUR_MS],
  ['2W', now - 14 * 24 * HOUR_MS],
  ['6mo', now - 180 * 24 * HOUR_MS],
  ['1y', now - 365 * 24 * HOUR_MS],
  ['yesterday', now - 24 * HOUR_MS],
  ['Yesterday', now - 24 * HOUR_MS],
  ['2026-11-20', utc(2026, 10, 20)],
  ['2026-11-20T03:00', utc(2026, 10, 20, 3)],
  ['2026-11-20t03:00:59Z', utc(2026, 10, 20, 3, 0, 59)],
  ['2024-02-29', utc(2024, 1, 29)],
  ['03:00', utc(2026, 10, 24, 3)],
  ['3:00', utc(2026, 10, 24, 3)],
  ['3am', utc(2026, 10, 24, 3)],
  ['12am', utc(2026, 10, 24)],
  ['12:15PM', utc(2026, 10, 24, 12, 15)],
  ['7pm', utc(2026, 10, 23, 19)],
  ['yesterday-3am', utc(2026, 10, 23, 3)],
  ['18:30', utc(2026, 10, 24, 18, 30)],
  ['18:31', utc(2026, 10, 23, 18, 31)],
  ['yesterday-12:00', utc(2026, 10, 23, 12)],
  ['YESTERDAY-23:59', utc(2026, 10, 23, 23, 59)],
])('since %s', (text, expected) => {
  expect(sinceTime(parseSince(text), now)).toBe(expected);
});

test.each([
  // Berlin is an hour ahead of UTC on these days, Honolulu ten hours behind.
  ['03:10', 'Europe/Berlin', utc(2026, 10, 24, 2, 10)],
  ['3:10am', 'Europe/Berlin', utc(2026, 10, 24, 2, 10)],
  ['19:31', 'Europe/Berlin', utc(2026, 10, 23, 18, 31)],
  ['yesterday-12:00', 'Europe/Berlin', utc(2026, 10, 23, 11)],
  ['00:30', 'Pacific/Honolulu', utc(2026, 10, 24, 10, 30)],
  ['2026-11-20', 'Europe/Berlin', utc(2026, 10, 19, 23)],
  ['2026-11-20T03:00', 'Europe/Berlin', utc(2026, 10, 20, 2)],
  ['2026-07-20T03:00', 'Europe/Berlin', utc(2026, 6, 20, 1)],
  ['2026-11-20T03:00Z', 'Europe/Berlin', utc(2026, 10, 20, 3)],
  ['2026-11-20T03:00:00.123456789Z', 'Europe/Berlin', utc(2026, 10, 20, 3)],
  ['2026-11-20T03:00+01:00', 'America/New_York', utc(2026, 10, 20, 2)],
  ['2026-11-20T03:00:00-0500', 'Europe/Berlin', utc(2026, 10, 20, 8)],
  ['12h', 'Europe/Berlin', now - 12 * HOUR_MS],
  // The clock skipped that hour in spring; the first instant after it counts.
  ['2026-03-29T02:30', 'Europe/Berlin', utc(2026, 2, 29, 1)],
])('since %s in %s', (text, zone, expected) => {
  expect(sinceTime(parseSince(text, 'since', zone), now)).toBe(expected);
});

test.each([
  ...['', '0h', '-1h', '1.5h', '7', 'd', '7q', '7 d', '9999999d', '999999w', 'today', 'banana'],
  ...['2026-02-30', '2026-13-01', '2026-1-1', '2026-11-20T25:00', '2026-11-20T03:60'],
  ...['24:00', '3', '13am', '0pm', '3:5', '03:60', 'yesterday-', 'yesterday-24:00', 'today-03:00'],
  ...['20-11-2026', '2026-11-20 03:00', '2026-11-20T03:00+02:99', '2026-11-20T03:00+99:00'],
])('%j is no time', (text) => {
  expect(() => parseSince(text)).toThrow(UserError);
});

test.each(['2026-11-25', '2026-11-24T18:31'])('%s has not come yet', (text) => {
  expect(() => sinceTime(parseSince(text), now)).toThrow('has not come yet');
});

test('a time that has not come is named as people write it', () => {
  expect(() => sinceTime(parseSince('2026-11-25'), now)).toThrow(
    '2026-11-25 00:00 UTC has not come yet.',
  );
});

test('any day of the calendar is read as its midnight in UTC', () => {
  const days = fc.date({ min: new Date('0001-01-01'), max: new Date(now), noInvalidDate: true });
  fc.assert(
    fc.property(days, (date) => {
      const day = date.toISOString().slice(0, 10);
      expect(sinceTime(parseSince(day), now)).toBe(Date.parse(`${day}T00:00:00Z`));
    }),
  );
});

test('whatever is typed is a time that is not in the future, or a mistake', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 24 }), (text) => {
      try {
        expect(sinceTime(parseSince(text), now)).toBeLessThanOrEqual(now);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});

describe('in a line', () => {
  const command = defineCommand({
    name: 'since-taker',
    task: 'ask',
    summary: 'For this test',
    usage: 'since-taker [word] [since <time>] [on <host>]',
    examples: ['since-taker'],
    permission: 'view',
    words: { minimum: 0, maximum: 1, known: () => ['word'] },
    takesHost: true,
    takesSince: true,
    run: () => Promise.reject(new Error('not run here')),
  });
  const endpoint = { kind: 'unix', url: 'unix:///x', socketPath: '/x' } as never;
  const host = { endpoint, labels: {}, evidence: 'api' } as const;
  const context = {
    commands: [command],
    rules: [],
    hosts: [{ ...host, name: 'web-1', isDefault: true }],
  };
  const mistake = (text: string) => {
    try {
      parseLine(text, context);
    } catch (error) {
      if (error instanceof UserError) return error;
    }
    throw new Error(`“${text}” parses`);
  };

  test.each([
    ['since-taker', null, 'since-taker'],
    ['since-taker SINCE 12h', { agoMs: 12 * HOUR_MS }, 'since-taker since 12h'],
    [
      'since-taker on web-1 since 1d word',
      { agoMs: 24 * HOUR_MS },
      'since-taker word since 1d on web-1',
    ],
  ])('%s', (text, since, line) => {
    expect(parseLine(text, context)).toMatchObject({ request: { since }, line });
  });

  test.each([
    ['since-taker since banana', 'since-taker since 24h'],
    ['since-taker wrod since 12h', 'since-taker word since 12h'],
    ['since-taker since 12h web-1', 'since-taker since 12h on web-1'],
    ['since-taker since 12h on wbe-1', 'since-taker since 12h on web-1'],
    ['since-taker wrod since banana on wbe-1', 'since-taker word since 24h on web-1'],
  ])('%s is corrected to %s', (text, line) => {
    expect(mistake(text).correctedLine).toBe(line);
  });

  test.each([
    ['since-taker since 3 am', 'since-taker since 03:00'],
    ['since-taker since 3AM', 'since-taker since 03:00'],
    ['since-taker since yesterday 3 pm', 'since-taker since yesterday-15:00'],
    ['since-taker since 2026-11-20 3:10', 'since-taker since 2026-11-20T03:10'],
    ['since-taker word since 3am on web-1', 'since-taker word since 03:00 on web-1'],
  ])('%s is %s', (text, line) => {
    expect(parseLine(text, context).line).toBe(line);
  });

  test('names the zone where it makes a difference', () => {
    const zone = { name: 'Europe/Berlin', origin: 'digest' } as const;
    const zoneOf = (text: string) => parseLine(text, { ...context, zone }).request.zone;

    expect(zoneOf('since-taker since 3am')).toEqual(zone);
    expect(zoneOf('since-taker since 2026-11-20')).toEqual(zone);
    expect(zoneOf('since-taker since 2026-11-20T03:00Z')).toBeNull();
    expect(zoneOf('since-taker since 12h')).toBeNull();
    expect(zoneOf('since-taker')).toBeNull();
  });

  test('a time must follow', () => {
    expect(mistake('since-taker since').message).toContain('needs a time');
  });
});
