import { addDays, weekdayOf } from '../inspections/digest-times.ts';
import { WEEKDAYS } from './clock-of-day.ts';
import { MONTH } from './durations.ts';
import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';
import { type AskedWhen, nextWeekday, today } from './zone-time.ts';

/** The last day of a decision, as `--until` takes it. */
export interface FoundDeadline extends Place {
  day: string;
}

const LEAD = /^(?:until|till|through|expiring|expires|ending|ends)$/;
/** A stretch of time that ends there. */
const BEGINS = /^(?:since|from|between|after)$/;
const BETWEEN = new Set(['on', 'the', 'at', 'of', 'end', 'this', 'next', 'coming', 'day']);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO = /^\d{4}-\d\d-\d\d$/;
const YEAR = /^20\d\d$/;
const DAY = /^(\d{1,2})(?:st|nd|rd|th)?$/;
/** Words from “until” to the year. */
const LENGTH_MAX = 7;

/**
 * The date behind “until”: `2027-01-31`, `31 January 2027`, `January 31st`, January as its first day, Friday, tomorrow, the end of
 * the month. Without a year it is the next such day, behind today. Null without one.
 */
export function findDeadline(tokens: readonly Token[], asked: AskedWhen): FoundDeadline | null {
  const from = tokens.findIndex(({ text }) => LEAD.test(text));
  const isPeriod = tokens.slice(0, Math.max(0, from)).some(({ text }) => BEGINS.test(text));
  if (from < 0 || isPeriod) return null;
  let [day, month, year, length] = ['', '', '', 0];
  for (const [at, { text }] of tokens.slice(from + 1, from + LENGTH_MAX).entries()) {
    const isEnd = tokens.slice(from + 1, from + 1 + at).some((one) => one.text === 'end');
    const whole = ISO.test(text) ? text : isEnd ? endOf(text, asked) : dayNamed(text, asked);
    if (whole !== null) return { day: whole, from, length: at + 2 };
    if (YEAR.test(text)) year = text;
    else if (MONTH.test(text)) month = twoDigits(MONTHS.indexOf(text.slice(0, 3)) + 1);
    else if (DAY.test(text)) day = twoDigits(Number(DAY.exec(text)?.[1]));
    else if (!BETWEEN.has(text)) break;
    else continue;
    length = at + 2;
  }
  if (month === '') return null;
  const isLast = tokens.slice(from, from + length).some(({ text }) => text === 'end');
  const first =
    year === '' ? nextDay(month, day || '01', asked) : `${year}-${month}-${day || '01'}`;
  return { day: day === '' && isLast ? lastOfMonth(first) : first, from, length };
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

const WEEKDAY = new RegExp(`^(?:${WEEKDAYS})$`);

function dayNamed(word: string, asked: AskedWhen): string | null {
  if (word === 'tomorrow') return addDays(today(asked), 1);
  return WEEKDAY.test(word) ? nextWeekday(word, asked) : null;
}

/** Of the month of a day. */
function lastOfMonth(day: string): string {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** The last day of this week, month, quarter or year. */
function endOf(unit: string, asked: AskedWhen): string | null {
  const [year = 0, month = 0] = today(asked).split('-').map(Number);
  const lastOf = (last: number) => lastOfMonth(`${year}-${last}`);
  switch (unit) {
    case 'week':
      return weekdayOf(today(asked)) === 'sun' ? today(asked) : nextWeekday('sun', asked);
    case 'month':
      return lastOf(month);
    case 'quarter':
      return lastOf(Math.ceil(month / 3) * 3);
    case 'year':
      return lastOf(12);
    default:
      return null;
  }
}

/** That day of a month, behind today. */
function nextDay(month: string, day: string, asked: AskedWhen): string {
  const here = today(asked);
  const thisYear = `${here.slice(0, 4)}-${month}-${day}`;
  return thisYear > here ? thisYear : `${Number(here.slice(0, 4)) + 1}-${month}-${day}`;
}
