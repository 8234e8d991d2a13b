import { UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import type { Command, CommandRequest } from './command.ts';
import { type AskerZone, clockText, isInZone, parseSince } from './parse-since.ts';

/** What stands behind “on”, “at” and “since”, as it was typed. */
export interface Clauses {
  hostName: string | undefined;
  atText: string | undefined;
  sinceText: string | undefined;
}

type Keyword = 'on' | 'at' | 'since';

const missing: Readonly<Record<Keyword, string>> = {
  on: '“on” needs the name of a host, or “all”.',
  at: '“at” needs a time, such as 03:10, 3am, 3h or 2026-11-20T03:00.',
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
    throw new UserError('Use “at” or “since”, not both.', {
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
  const time =
    keyword === 'on' ? { text: value, count: 1 } : takeTime(value, rest.slice(at + 2, at + 4));
  const end = at + 1 + time.count;
  return {
    words: rest.filter((_word, index) => index < at || index >= end),
    value: time.text,
  };
}

/**
 * A time in its canonical spelling, and of how many words it is made: `3 am`, `yesterday 03:00` and
 * `2026-11-20 3 pm` are how people write what is one word here.
 */
function takeTime(first: string, [second = '', third = '']: readonly string[]) {
  const alone = clockText(first + halfOf(second));
  if (alone !== null) return { text: alone, count: halfOf(second) === '' ? 1 : 2 };
  const clock = clockText(second + halfOf(third));
  const count = halfOf(third) === '' ? 2 : 3;
  if (clock !== null && /^\d{4}-\d\d-\d\d$/.test(first))
    return { text: `${first}T${clock}`, count };
  if (clock !== null && first.toLowerCase() === 'yesterday') {
    return { text: `yesterday-${clock}`, count };
  }
  return { text: first, count: 1 };
}

const halfOf = (word: string) => (/^[ap]m$/i.test(word) ? word : '');

/**
 * The times that a line names, those of a day on the clock of `zone`. Throws `UserError` with the
 * corrected line for one that is none.
 */
export function readTimes(
  clauses: Clauses,
  words: readonly string[],
  command: Command,
  zone: AskerZone,
): Pick<CommandRequest, 'since' | 'at' | 'zone'> {
  const readTime = (keyword: 'since' | 'at', text: string | undefined) => {
    if (text === undefined) return null;
    try {
      return parseSince(text, keyword, zone.name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const suggested = { [`${keyword}Text`]: suggestedTimes[keyword] };
      throw new UserError(error.message, {
        ...(error.hint !== undefined && { hint: error.hint }),
        correctedLine: toLine(command.name, words, { ...clauses, ...suggested }),
      });
    }
  };
  const isZoned = [clauses.atText, clauses.sinceText].some((text) => text && isInZone(text));
  return {
    at: readTime('at', clauses.atText),
    since: readTime('since', clauses.sinceText),
    zone: isZoned ? zone : null,
  };
}

/** A line in canonical spelling. */
export function toLine(name: string, words: readonly string[], clauses: Clauses): string {
  const { hostName, atText, sinceText } = clauses;
  const at = atText === undefined ? [] : ['at', atText];
  const since = sinceText === undefined ? [] : ['since', sinceText];
  const on = hostName === undefined ? [] : ['on', hostName];
  return [name, ...words, ...at, ...since, ...on].map(quoteWord).join(' ');
}
