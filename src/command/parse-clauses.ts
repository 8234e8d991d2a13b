import { UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import type { Command, CommandRequest } from './command.ts';
import { parseSince } from './parse-since.ts';

/** What stands behind “on”, “at” and “since”, as it was typed. */
export interface Clauses {
  hostName: string | undefined;
  atText: string | undefined;
  sinceText: string | undefined;
}

type Keyword = 'on' | 'at' | 'since';

const missing: Readonly<Record<Keyword, string>> = {
  on: '“on” needs the name of a host, or “all”.',
  at: '“at” needs a time, such as 3h, yesterday-12:00 or 2026-11-20T03:00.',
  since: '“since” needs a time, such as 12h, yesterday or 2026-11-20.',
};
/** Times that any line may have in the place of one that it cannot have. */
export const suggestedTimes = { at: '24h', since: '24h' } as const;

/**
 * Takes the clauses that the command understands out of the words of a line. Throws `UserError` for
 * one without its value, and for “at” beside “since”.
 */
export function takeClauses(
  unflagged: readonly string[],
  command: Command,
): { words: string[]; clauses: Clauses } {
  const named = command.takesPackage ? withoutOnPackage(unflagged) : unflagged;
  const { words: unhosted, value: hostName } = takeClause('on', named, command);
  const { words: untimed, value: atText } = takeClause('at', unhosted, command);
  const { words, value: sinceText } = takeClause('since', untimed, command);
  if (atText !== undefined && sinceText !== undefined) {
    throw new UserError('A line is about one moment (“at”) or about the time “since” one.', {
      hint: command.usage,
      correctedLine: toLine(command.name, words, { hostName, atText, sinceText: undefined }),
    });
  }
  return { words, clauses: { hostName, atText, sinceText } };
}

/** `on package openssl` names a package, and a host only where nothing follows. */
function withoutOnPackage(words: readonly string[]): string[] {
  const at = words.findIndex(
    (word, index) =>
      word.toLowerCase() === 'on' &&
      words[index + 1]?.toLowerCase() === 'package' &&
      words[index + 2] !== undefined &&
      words[index + 2]?.toLowerCase() !== 'on',
  );
  return at < 0 ? [...words] : words.toSpliced(at, 2);
}

function takeClause(
  keyword: Keyword,
  rest: readonly string[],
  command: Command,
): { words: string[]; value: string | undefined } {
  const { takesHost, takesAt = false, takesSince = false, permission } = command;
  const isTaken = { on: takesHost, at: takesAt, since: takesSince }[keyword];
  const at = rest.findLastIndex((word) => word.toLowerCase() === keyword);
  // As the first word it may be what is asked for: `alerts on high`.
  const isFirstWord = at === 0 && typeof permission !== 'string' && keyword in permission;
  if (!isTaken || at < 0 || isFirstWord) return { words: [...rest], value: undefined };
  const value = rest[at + 1];
  if (value === undefined) throw new UserError(missing[keyword], { hint: command.usage });
  const clock = keyword === 'on' ? null : withClock(value, rest[at + 2]);
  const end = at + (clock === null ? 2 : 3);
  return {
    words: rest.filter((_word, index) => index < at || index >= end),
    value: clock ?? value,
  };
}

/** `2026-11-20 03:00` and `yesterday 03:00`, as people write them, in one word; null for others. */
function withClock(day: string, clock: string | undefined): string | null {
  if (clock === undefined || !/^\d\d:\d\d$/.test(clock)) return null;
  if (/^\d{4}-\d\d-\d\d$/.test(day)) return `${day}T${clock}`;
  return day.toLowerCase() === 'yesterday' ? `yesterday-${clock}` : null;
}

/** The times that a line names. Throws `UserError` with the corrected line for one that is none. */
export function readTimes(
  clauses: Clauses,
  words: readonly string[],
  command: Command,
): Pick<CommandRequest, 'since' | 'at'> {
  const readTime = (keyword: 'since' | 'at', text: string | undefined) => {
    if (text === undefined) return null;
    try {
      return parseSince(text, keyword);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const suggested = { [`${keyword}Text`]: suggestedTimes[keyword] };
      throw new UserError(error.message, {
        ...(error.hint !== undefined && { hint: error.hint }),
        correctedLine: toLine(command.name, words, { ...clauses, ...suggested }),
      });
    }
  };
  return { at: readTime('at', clauses.atText), since: readTime('since', clauses.sinceText) };
}

/** A line in canonical spelling. */
export function toLine(name: string, words: readonly string[], clauses: Clauses): string {
  const { hostName, atText, sinceText } = clauses;
  const at = atText === undefined ? [] : ['at', atText];
  const since = sinceText === undefined ? [] : ['since', sinceText];
  const on = hostName === undefined ? [] : ['on', hostName];
  return [name, ...words, ...at, ...since, ...on].map(quoteWord).join(' ');
}
