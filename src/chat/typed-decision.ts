import type { CoreContext } from '../command/command.ts';

import { decides } from '../command/permission.ts';
import { plainLine, splitWords } from '../command/plain-line.ts';
import { LINE_LENGTH_MAX } from './line-length.ts';
import { handleOf, type Person } from './people.ts';
import type { AskedAt } from './place.ts';

/** Who asks, and what. */
interface Asking extends Pick<AskedAt, 'user' | 'userName'> {
  /** The line, or what a form or a click stands for. */
  asks: string | (() => unknown);
}

/** True for a line that begins as a decision does, be it right or not. */
export function isDecision({ commands }: Pick<CoreContext, 'commands'>, line: string): boolean {
  const [verb = '', ...words] = splitWords(plainLine(line.slice(0, LINE_LENGTH_MAX)));
  const command = commands.find(({ name }) => name === verb.toLowerCase());
  return command !== undefined && decides(command, words);
}

/**
 * The handle of who asks, under which a decision is kept; Slack is asked for that of a typed one where the delivery
 * does not tell it. The id where nobody tells.
 */
export async function nameOf(
  { context, personOf }: { context: CoreContext; personOf: (user: string) => Promise<Person> },
  { asks, user, userName }: Asking,
): Promise<string> {
  const told = handleOf(userName);
  if (told !== null || typeof asks !== 'string' || !isDecision(context, asks)) return told ?? user;
  return (await personOf(user)).handle ?? user;
}
