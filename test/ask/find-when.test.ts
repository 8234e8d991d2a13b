import { findWhen } from '../../src/ask/find-when.ts';
import { calendarFor } from '../../src/ask/load-helpers.ts';
import { splitQuestion } from '../../src/ask/split-question.ts';
import { parseSince, sinceTime } from '../../src/command/parse-since.ts';
import { HOUR_MS } from '../../src/shared/time.ts';
import { thursday } from './read-bank.ts';

async function whenOf(text: string, now = thursday, timezone = 'UTC') {
  const found = findWhen(splitQuestion(text), { now, timezone }, await calendarFor(text));
  return found === null ? null : `${found.clause} ${found.text}`;
}

// Thursday, 26 November 2026, noon in UTC.
const phrases: readonly (readonly [string, string | null])[] = [
  ['what changed since yesterday', 'since 1d'],
  ['what changed yesterday', 'since 1d'],
  ['what happened today', 'since 1d'],
  ['what ran last night', 'since 1d'],
  ['what ran overnight', 'since 1d'],
  ['new this week', 'since 7d'],
  ['new since last week', 'since 7d'],
  ['in the past week', 'since 7d'],
  ['over the last month', 'since 30d'],
  ['this month', 'since 30d'],
  ['this year', 'since 365d'],
  ['in the last quarter', 'since 90d'],
  ['in the last 24 hours', 'since 24h'],
  ['in the last hour', 'since 1h'],
  ['within 30 minutes', 'since 30m'],
  ['over the past 90 days', 'since 90d'],
  ['the past two weeks', 'since 2w'],
  ['for two weeks', 'since 2w'],
  ['for a fortnight', 'since 2w'],
  ['for the last fortnight', 'since 2w'],
  ['in the last six months', 'since 6mo'],
  ['during the last 3 months', 'since 3mo'],
  ['the last couple of days', 'since 2d'],
  ['in the last few days', 'since 3d'],
  ['since three days ago', 'since 3d'],
  ['a week ago', 'since 7d'],
  ['two hours ago', 'since 2h'],
  ['half an hour ago', 'since 30m'],
  ['last 7d', 'since 7d'],
  ['since 12h', 'since 12h'],
  ['since the weekend', 'since 2026-11-21'],
  ['over the weekend', 'since 2026-11-21'],
  ['last weekend', 'since 2026-11-21'],
  ['since monday', 'since 2026-11-23'],
  ['since last Monday', 'since 2026-11-23'],
  ['last Tuesday', 'since 2026-11-24'],
  ['on friday', 'since 2026-11-20'],
  ['since sunday', 'since 2026-11-22'],
  ['since thursday', 'since 2026-11-26'],
  ['last thursday', 'since 2026-11-19'],
  ['between Monday and Wednesday', 'since 2026-11-23'],
  ['from monday to wednesday', 'since 2026-11-23'],
  ['between friday and sunday', 'since 2026-11-20'],
  ['at 3am', 'at 03:00'],
  ['3am last night', 'at 03:00'],
  ['last night at 3am', 'at 03:00'],
  ['last night at 11pm', 'at yesterday-23:00'],
  ['at noon', 'at 12:00'],
  ['yesterday at noon', 'at yesterday-12:00'],
  ['at midnight', 'at 00:00'],
  ['at 14:30', 'at 14:30'],
  ['yesterday at 5:15 pm', 'at yesterday-17:15'],
  ['at 3 o’clock', 'at 03:00'],
  ['on tuesday at 8am', 'at 2026-11-24T08:00'],
  ['since 3am', 'since 03:00'],
  ['since this morning', 'since 06:00'],
  ['since yesterday evening', 'since yesterday-18:00'],
  ['since 2026-11-20', 'since 2026-11-20'],
  ['at 2026-11-20 03:00', 'at 2026-11-20T03:00'],
  ['since 20 November', 'since 2026-11-20'],
  ['since november 3rd', 'since 2026-11-03'],
  ['in october', 'since 2026-10-01'],
  ['since december', 'since 2025-12-01'],
  ['on 5 March 2026 at 4pm', 'at 2026-03-05T16:00'],
  ['since 2030-01-01', null],
  ['which containers run as root', null],
];

test.each(phrases)('%s', async (text, expected) => {
  expect(await whenOf(text)).toBe(expected);
});

test('in a zone a time of day is that of the people there', async () => {
  const berlin = (text: string) => whenOf(text, thursday, 'Europe/Berlin');

  expect(await berlin('at 3am')).toBe('at 02:00');
  expect(await berlin('yesterday at noon')).toBe('at 2026-11-25T11:00');
  expect(await berlin('since monday')).toBe('since 2026-11-22T23:00');
});

test('whenever it is asked, no time lies in the future', async () => {
  for (let hour = 0; hour < 24 * 8; hour += 5) {
    const now = thursday + hour * HOUR_MS;
    for (const [text] of phrases) {
      for (const timezone of ['UTC', 'Asia/Tokyo', 'America/New_York']) {
        const found = await whenOf(text, now, timezone);
        const [clause = '', word = ''] = found?.split(' ') ?? [];
        if (found === null) continue;
        const keyword = clause === 'at' ? 'at' : 'since';
        expect(sinceTime(parseSince(word, keyword), now)).toBeLessThanOrEqual(now);
      }
    }
  }
});

test.each([
  ['between Monday and Wednesday', 'until wednesday'],
  ['since monday until wednesday', 'until wednesday'],
  ['between noon and 2pm yesterday', 'until 14:00'],
  ['between 1 nov and 10 nov', 'until 10 nov'],
  ['from 2026-11-01 to 2026-11-10', 'until 2026-11-10'],
])('the end of “%s” is left', async (text, left) => {
  const asked = { now: thursday, timezone: 'UTC' };

  expect(findWhen(splitQuestion(text), asked, await calendarFor(text))?.left).toEqual([left]);
});

test.each(['from 20 November until today', 'yesterday and web1', 'from monday to now'])(
  '“%s” has no end',
  async (text) => {
    const asked = { now: thursday, timezone: 'UTC' };

    expect(findWhen(splitQuestion(text), asked, await calendarFor(text))?.left).toEqual([]);
  },
);
