import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';

/** The last day of a decision, as `--until` takes it. */
export interface FoundDeadline extends Place {
  day: string;
}

const LEAD = /^(?:until|till|through|expiring|expires|ending|ends)$/;
/** A stretch of time that ends there. */
const BEGINS = /^(?:since|from|between|after)$/;
const BETWEEN = new Set(['on', 'the', 'at', 'of', 'end']);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO = /^\d{4}-\d\d-\d\d$/;
const YEAR = /^20\d\d$/;
const DAY = /^(\d{1,2})(?:st|nd|rd|th)?$/;
/** Words from “until” to the year. */
const LENGTH_MAX = 7;

/** The date behind “until”: `2027-01-31`, `31 January 2027`, `January 31st 2027`; null without one, or without its year. */
export function findDeadline(tokens: readonly Token[]): FoundDeadline | null {
  const from = tokens.findIndex(({ text }) => LEAD.test(text));
  const isPeriod = tokens.slice(0, Math.max(0, from)).some(({ text }) => BEGINS.test(text));
  if (from < 0 || isPeriod) return null;
  let [day, month, year] = ['', 0, ''];
  for (const [at, { text }] of tokens.slice(from + 1, from + LENGTH_MAX).entries()) {
    if (ISO.test(text)) return { day: text, from, length: at + 2 };
    const named = text.length < 3 ? -1 : MONTHS.indexOf(text.slice(0, 3));
    if (YEAR.test(text)) year = text;
    else if (named >= 0) month = named + 1;
    else if (DAY.test(text)) day = DAY.exec(text)?.[1] ?? '';
    else if (!BETWEEN.has(text)) break;
    if (day === '' || month === 0 || year === '') continue;
    const parts = [month, Number(day)].map((part) => String(part).padStart(2, '0'));
    return { day: [year, ...parts].join('-'), from, length: at + 2 };
  }
  return null;
}
