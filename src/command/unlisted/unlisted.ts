import type { Answer } from '../../views/answer.ts';
import type { Command, CommandContext, CommandRequest, Permission } from '../command.ts';
import type { ParsedLine } from '../parse-line.ts';

/** What runs as a command does. */
export type Unlisted = Pick<ParsedLine, 'command' | 'request'>;

/**
 * Work that is asked for by a click and not by a line: it has a name and a permission like a
 * command, and runs through the same door, but nobody can type it.
 */
export function unlisted(
  name: string,
  permission: Permission,
  run: (context: CommandContext) => Promise<Answer>,
  more: Pick<Command, 'privateWords' | 'audit'> = {},
): Unlisted {
  const command: Command = {
    name,
    task: 'ask',
    summary: name,
    usage: name,
    examples: [],
    permission,
    words: { minimum: 0, maximum: 0 },
    takesHost: false,
    run,
    ...more,
  };
  return { command, request: { ...emptyRequest, line: name } };
}

/** A request that names nothing. */
export const emptyRequest: Omit<CommandRequest, 'line'> = {
  words: [],
  hosts: [],
  isHostNamed: false,
  isEveryHost: false,
  isLimited: false,
  since: null,
  at: null,
  flags: {},
};
