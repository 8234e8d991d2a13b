import { table } from '../shared/table.ts';

/** Numbers and units of time in words, for regular expressions. */
export const NUMBERS =
  'a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|thirty|sixty|ninety|couple of|couple|few|half a|half an|\\d{1,4}';
export const UNITS =
  'minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|fortnights?|months?|mos?|quarters?|years?|yrs?';
const values = table<number>({
  ...{
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
  },
  ...{ ten: 10, eleven: 11, twelve: 12, fourteen: 14, thirty: 30, sixty: 60, ninety: 90 },
  ...{ couple: 2, 'couple of': 2, few: 3 },
});

/** `3 weeks` as a duration of a line; one of a unit in the smaller one, as people write it. */
export function durationWord(count: string, unit: string): string | null {
  const isHalf = count.startsWith('half');
  const number = isHalf ? 1 : (values.get(count) ?? Number(count));
  if (!Number.isInteger(number) || number < 1) return null;
  const kind = unit.replace(/s$/, '');
  if (isHalf)
    return (
      ({ year: '6mo', hour: '30m', day: '12h', month: '2w' } as Record<string, string>)[kind] ??
      null
    );
  if (/^min/.test(kind)) return `${number}m`;
  if (/^h/.test(kind)) return `${number}h`;
  if (/^d/.test(kind)) return `${number}d`;
  if (/^(?:week|wk)/.test(kind)) return number === 1 ? '7d' : `${number}w`;
  if (/^fort/.test(kind)) return `${number * 2}w`;
  if (/^mo/.test(kind)) return number === 1 ? '30d' : `${number}mo`;
  if (/^quarter/.test(kind)) return `${number * 90}d`;
  return number === 1 ? '365d' : `${number}y`;
}

/** A month in words, and not the beginning of another word such as “deck”. */
export const MONTH =
  /\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b/i;
