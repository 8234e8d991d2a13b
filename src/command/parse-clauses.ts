import { UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import type { Command, CommandRequest } from './command.ts';
import { type AskerZone, clockText, isInZone, parseSince } from './parse-since.ts';

/** What stands behind “on”, “at” and “since”, as it was typed. */
export interface Clauses {
  /** The words that say which hosts are meant. */
  on: readonly string[] | undefined;
  atText: string | undefined;
  sinceText: string | undefined;
}

type Keyword = 'on' | 'at' | 'since';

const missing: Readonly<Record<Keyword, string>> = {
  on: '“on” needs the name of a host, a label such as team=shop, or “all”.',
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
  const { words: unhosted, taken: on } = takeClause('on', named, command);
  const { words: untimed, taken: at } = takeClause('at', unhosted, command);
  const { words, taken: since } = takeClause('since', untimed, command);
  const [[atText] = [], [sinceText] = []] = [at, since];
  if (atText !== undefined && sinceText !== undefined) {
    throw new UserError('Use “at” or “since”, not both.', {
      hint: command.usage,
      correctedLine: toLine(command.name, words, { on, atText, sinceText: undefined }),
    });
  }
  return { words, clauses: { on, atText, sinceText } };
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
): { words: string[]; taken: readonly string[] | undefined } {
  const { takesHost, takesAt = false, takesSince = false, permission } = command;
  const isTaken = { on: takesHost, at: takesAt, since: takesSince }[keyword];
  const at = rest.findLastIndex((word) => word.toLowerCase() === keyword);
  // As the first word it may be what is asked for: `alerts on high`.
  const isFirstWord = at === 0 && typeof permission !== 'string' && keyword in permission;
  if (!isTaken || at < 0 || isFirstWord) return { words: [...rest], taken: undefined };
  const value = rest[at + 1];
  if (value === undefined) throw new UserError(missing[keyword], { hint: command.usage });
  const { taken, count } =
    keyword === 'on' ? takeHosts(rest.slice(at + 1)) : takeTime(value, rest.slice(at + 2, at + 4));
  const end = at + 1 + count;
  return { words: rest.filter((_word, index) => index < at || index >= end), taken };
}

/**
 * The words that say which hosts are meant: one, and behind it labels (`env=prod`), what is left out
 * (`not web-1`), and what a comma or “and” joins.
 */
function takeHosts(behind: readonly string[]): { taken: string[]; count: number } {
  const taken: string[] = [];
  let count = 0;
  for (;;) {
    const word = behind[count];
    const next = behind[count + 1];
    const isJoined = taken.length === 0 || /,$/.test(taken.at(-1) ?? '');
    if (word === undefined) break;
    const is = (text: string) => word.toLowerCase() === text && next !== undefined;
    if (is('not') || (is('and') && taken.length > 0)) {
      const isNot = is('not') || next?.toLowerCase() === 'not';
      const named = is('not') ? next : isNot ? behind[count + 2] : next;
      if (named === undefined) break;
      taken.push(...(isNot ? ['not'] : []), named);
      count += is('and') && isNot ? 3 : 2;
    } else if (isJoined || word.startsWith(',') || /^[^=]+=./.test(word)) {
      taken.push(word);
      count += 1;
    } else break;
  }
  return { taken, count };
}

/**
 * A time in its canonical spelling, and of how many words it is made: `3 am`, `yesterday 03:00` and
 * `2026-11-20 3 pm` are how people write what is one word here.
 */
function takeTime(first: string, [second = '', third = '']: readonly string[]) {
  const alone = clockText(first + halfOf(second));
  if (alone !== null) return { taken: [alone], count: halfOf(second) === '' ? 1 : 2 };
  const clock = clockText(second + halfOf(third));
  const count = halfOf(third) === '' ? 2 : 3;
  if (clock !== null && /^\d{4}-\d\d-\d\d$/.test(first))
    return { taken: [`${first}T${clock}`], count };
  if (clock !== null && first.toLowerCase() === 'yesterday') {
    return { taken: [`yesterday-${clock}`], count };
  }
  return { taken: [first], count: 1 };
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
  const { on: hosts = [], atText, sinceText } = clauses;
  const at = atText === undefined ? [] : ['at', atText];
  const since = sinceText === undefined ? [] : ['since', sinceText];
  const on = hosts.length === 0 ? [] : ['on', ...hosts];
  return [name, ...words, ...at, ...since, ...on].map(quoteWord).join(' ');
}
