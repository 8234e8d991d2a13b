import type { Period } from '../ports/past-store.ts';
import { UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import type { CommandRequest } from './command.ts';
import { suggestedTimes } from './parse-clauses.ts';
import { sinceTime } from './parse-since.ts';
import { splitWords } from './plain-line.ts';

/**
 * The past that a line asks about: a moment for “at”, the time until now for “since”; null when it
 * asks about now. Throws `UserError` with the corrected line for a time that has not come yet.
 */
export function askedPeriod(
  { at, since, line }: Pick<CommandRequest, 'at' | 'since' | 'line'>,
  now: number,
): Period | null {
  const asked = at ?? since;
  if (asked === null) return null;
  const keyword = at === null ? 'since' : 'at';
  try {
    const from = sinceTime(asked, now);
    return { from, to: keyword === 'at' ? from : now };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      correctedLine: withTime(line, keyword),
    });
  }
}

/** The line with another time behind the keyword. */
function withTime(line: string, keyword: 'at' | 'since'): string {
  const words = splitWords(line);
  const at = words.lastIndexOf(keyword);
  return words
    .map((word, index) => quoteWord(index === at + 1 ? suggestedTimes[keyword] : word))
    .join(' ');
}
