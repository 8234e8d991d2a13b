import { type Command, defineCommand } from '../src/command/command.ts';
import { decides, permissionText } from '../src/command/permission.ts';
import { splitWords } from '../src/command/plain-line.ts';
import { isoTime } from '../src/shared/time.ts';

export const help = defineCommand({
  name: 'help',
  task: 'learn',
  summary: 'Show what can be asked, with lines that can be run',
  usage: 'help [verb]',
  examples: ['help', 'help scan'],
  permission: 'view',
  words: { minimum: 0, maximum: 1, known: ({ commands }) => commands.map(({ name }) => name) },
  takesHost: false,
  async run({ commands, hosts, now }, { words: [verb] }) {
    const hostName = hosts[0]?.name;
    const shown = commands.filter(({ name }) => verb === undefined || name === verb.toLowerCase());
    return {
      kind: 'help',
      takenAt: isoTime(now()),
      verb: verb?.toLowerCase() ?? null,
      commands: shown.map((command) => ({
        name: command.name,
        task: command.task,
        summary: command.summary,
        usage: command.usage,
        permission: permissionText(command),
        examples: command.examples.map((line) => line.replaceAll('web-1', hostName ?? 'web-1')),
      })),
      next: verb === undefined ? ['scan', 'findings', 'containers'] : shown.flatMap(firstExample),
    };
  },
});

/** None of a decision: what it names, and why, is nobody's yet. */
const firstExample = (command: Command) =>
  command.examples.slice(0, 1).filter((line) => !decides(command, splitWords(line).slice(1)));
