import { parse } from 'chrono-node/en';
import { MONTH } from './durations.ts';
import type { Calendar } from './read-question.ts';
import { instantOf } from './zone-time.ts';

/**
 * The first date with a month in words, as chrono reads it. Only what is certain counts: a day and a month
 * that were said, or a month alone, of which the first day is meant. Always in the past. `isOver`: it is a stretch that
 * has an end.
 */
export const readCalendar: Calendar = (text, asked) => {
  const found = parse(text, new Date(asked.now), { forwardDate: false }).find((one) =>
    MONTH.test(one.text),
  );
  const start = found?.start;
  if (found === undefined || start === undefined || !start.isCertain('month')) return null;
  const month = start.get('month') ?? 1;
  const day = start.isCertain('day') ? (start.get('day') ?? 1) : 1;
  const hasClock = start.isCertain('hour');
  const clock = hasClock
    ? `${pad(start.get('hour') ?? 0)}:${pad(start.get('minute') ?? 0)}`
    : '00:00';
  const year = start.get('year') ?? new Date(asked.now).getUTCFullYear();
  const atOf = (of: number) => instantOf(`${of}-${pad(month)}-${pad(day)}`, clock, asked);
  const at = atOf(year) <= asked.now ? atOf(year) : atOf(year - 1);
  const isOver = (found.end?.date().getTime() ?? asked.now) < asked.now;
  return Number.isNaN(at) ? null : { at, index: found.index, text: found.text, hasClock, isOver };
};

const pad = (number: number): string => String(number).padStart(2, '0');
