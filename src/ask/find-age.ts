import { durationWord, NUMBERS, UNITS } from './durations.ts';
import type { Place } from './find-subjects.ts';
import { placeOf } from './find-when.ts';
import type { Token } from './split-question.ts';

/** An age that is asked for: `older than six months`. */
export interface FoundAge extends Place {
  text: string;
}

/** An age keeps its unit: `older-than=1y`. */
function ageWord(count: string, unit: string): string | null {
  const word = durationWord(count, unit);
  if (word === '365d') return '1y';
  if (word === '30d' && /^mo/.test(unit)) return '1mo';
  return word === '7d' && /^w/.test(unit) ? '1w' : word;
}

const AGE: readonly RegExp[] = [
  new RegExp(
    `\\b(?:that are |are |is |which are )?(?:older than|more than|over|at least|beyond|above|longer than|longer ago than|earlier than|before|exceeding|exceed|greater than|> ?)(?: about| around)? (?:the last |last |the past )?(${NUMBERS}) (${UNITS})(?: old| ago| of age| back)?\\b`,
  ),
  new RegExp(
    `\\b(${NUMBERS}) (${UNITS})(?: old(?: or (?:older|more))?| or older| and older| or more| of age)\\b`,
  ),
  new RegExp(
    `\\b(?:for|in|since|within|during)(?: more than| over| at least)?(?: the)?(?: last| past)? (${NUMBERS}) (${UNITS})\\b`,
  ),
  new RegExp(`\\b(${NUMBERS}) (${UNITS})(?: ago| back)?\\b`),
];
const COMPACT_AGE = /\b(?:older than|more than|over|beyond|at least|>) (\d{1,4})(mo|[hdwy])\b/;

/** No line asks for those that are younger. */
const YOUNG =
  /\b(?:newer|younger|less old|more recent|not older|less|under|fewer) than\b|\bunder (?=\d|an? )/;

/** An age, for images: `older than 6 months`, `not rebuilt in 90 days`. */
export function findAge(tokens: readonly Token[]): FoundAge | null {
  const line = tokens.map(({ text }) => text).join(' ');
  if (YOUNG.test(line)) return null;
  const compact = COMPACT_AGE.exec(line);
  if (compact !== null) {
    const place = placeOf(line, compact.index, compact.index + compact[0].length);
    return { text: `${Number(compact[1])}${compact[2]}`, ...place };
  }
  for (const form of AGE) {
    const match = form.exec(line);
    if (match === null) continue;
    const text = ageWord(match[1] ?? '', match[2] ?? '');
    if (text !== null)
      return { text, ...placeOf(line, match.index, match.index + match[0].length) };
  }
  return null;
}
