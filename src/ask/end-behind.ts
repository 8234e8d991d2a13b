import { CLOCK, WEEKDAYS } from './clock-of-day.ts';
import { MONTH } from './durations.ts';

const DAY = '\\d{1,2}(?:st|nd|rd|th)?';
const DATE = `(?:\\d{4}-\\d\\d-\\d\\d|${DAY}(?: of)? ${MONTH.source}|${MONTH.source}(?: ${DAY})?)`;
const AND = '(?:and|to|until|till|through|up to)';
/** “… and Wednesday”, “… to 10 November”; today and now are no end. */
const END = new RegExp(
  `^ (${AND})(?: the| last| on| at| around)* ((?:${WEEKDAYS}|${DATE}|yesterday|${CLOCK})(?: ago)?)(?= |$)`,
  'i',
);

/** What ends the stretch of time that begins at a place of a line, and is behind it; null where nothing does. */
export function endBehind(line: string, start: number, end: number): string | null {
  const [, joint, said] = END.exec(line.slice(end)) ?? [];
  const isLed =
    /\b(?:between|from) (?:(?:the|last) )*$/.test(`${line.slice(0, start).trimEnd()} `) ||
    /^(?:between|from)\b/.test(line.slice(start));
  // “Since Monday and 3pm” is no stretch.
  return joint === 'and' && !isLed ? null : (said ?? null);
}
