import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { quoteWord } from '../shared/text.ts';
import type { Command } from './command.ts';

/** Placeholder of a flag without a value. */
export const SWITCH = 'switch';

type Flags = Record<string, string>;

/**
 * Takes `--flag value` and `--flag=value` out of the words of a line. Throws `UserError` for a flag
 * that the command does not have, that lacks its value, or that stands there twice.
 */
export function takeFlags(
  rest: readonly string[],
  command: Pick<Command, 'name' | 'usage' | 'flags'>,
): { words: string[]; flags: Flags } {
  const words: string[] = [];
  const flags: Flags = {};
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    const [, typed, inline] = /^--([a-z-]+)(?:=(.*))?$/is.exec(word) ?? [];
    if (typed === undefined) {
      words.push(word);
      continue;
    }
    const name = typed.toLowerCase();
    const placeholder = command.flags?.[name];
    if (placeholder === undefined) throw unknownFlag(name, rest, command);
    if (flags[name] !== undefined) {
      throw new UserError(`“${command.name}” takes --${name} once.`, { hint: command.usage });
    }
    if (placeholder === SWITCH) {
      flags[name] = '';
      continue;
    }
    const value = inline ?? rest[index + 1];
    if (value === undefined || (inline === undefined && value.startsWith('--'))) {
      throw new UserError(`--${name} needs a ${placeholder}.`, { hint: command.usage });
    }
    flags[name] = value;
    if (inline === undefined) index++;
  }
  return { words, flags };
}

/**
 * Throws `UserError`, with the line that is meant, where a text of several words stands without quotation marks behind
 * what it is about: `accept 1a2b --reason not reachable`, `accept 1a2b because not reachable for 30d`.
 */
export function refuseLooseText(
  rest: readonly string[],
  { name, flags = {} }: Pick<Command, 'name' | 'flags'>,
): void {
  const isBegun = rest.some((word) => /^--reason\b/i.test(word));
  const because =
    flags.reason === 'text' && !isBegun ? rest.findIndex((word) => /^because$/i.test(word)) : -1;
  const named = rest.findIndex((word) => flags[word.slice(2).toLowerCase()] === 'text');
  const at = because > 0 ? because : named;
  const behind = rest.slice(at + 1);
  const next = behind.findIndex((word) => word.startsWith('--'));
  const text = next < 0 ? behind : behind.slice(0, next);
  const [first = '', second] = text;
  const isLoose = second !== undefined && !/^on$/i.test(second) && !first.includes(' ');
  if (at <= 0 || first === '' || (at !== because && !isLoose)) return;
  const flag = at === because ? '--reason' : (rest[at] ?? '');
  const takesEnd = 'until' in flags && !rest.some((word) => /^--until\b/i.test(word));
  const [, begin, end] = (takesEnd && END.exec(text.join(' '))) || [];
  const words = begin && end ? [begin, '--until', end] : [text.join(' ')];
  const whole = rest.toSpliced(at, text.length + 1, flag, ...words);
  const mistake =
    at === because
      ? 'The reason stands behind --reason.'
      : `What follows ${flag} has a blank: put it between quotation marks.`;
  throw new UserError(mistake, { correctedLine: [name, ...whole].map(quoteWord).join(' ') });
}

/** A text, and what ends it: `test for 7d`. */
const END = /^(.+) (?:for|until|till) (\d+[a-z]+|\d{4}-\d\d-\d\d)$/i;

/** A line with flags behind it, as it must be typed. */
export function lineWithFlags(line: string, flags: Readonly<Flags>): string {
  const typed = Object.entries(flags).map(([name, value]) =>
    value === '' ? `--${name}` : `--${name} ${quoteWord(value)}`,
  );
  return [line, ...typed].join(' ');
}

function unknownFlag(
  name: string,
  rest: readonly string[],
  { name: verb, usage, flags = {} }: Pick<Command, 'name' | 'usage' | 'flags'>,
): UserError {
  const near = nearest(name, Object.keys(flags));
  const corrected = rest.map((word) =>
    near !== undefined && word.toLowerCase().startsWith(`--${name}`)
      ? `--${near}${word.slice(name.length + 2)}`
      : word,
  );
  return new UserError(`“${verb}” has no --${name}.`, {
    hint: usage,
    ...(near && { correctedLine: [verb, ...corrected].map(quoteWord).join(' ') }),
  });
}
