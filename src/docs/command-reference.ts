import type { Command } from '../command/command.ts';
import { permissionText } from '../command/permission.ts';
import type { Rule } from '../rules/rule.ts';
import { page } from './page.ts';

/** The page of all commands, in the order given; `rules` supply the words that some of them know. */
export function renderCommandReference(
  commands: readonly Command[],
  rules: readonly Rule[],
): string {
  return page(
    'Commands',
    INTRODUCTION,
    renderOverview(commands),
    ...commands.map((command) => renderCommand(command, knownWords(command, commands, rules))),
  );
}

const INTRODUCTION = [
  'Type `/seawall <command>` in Slack, or `seawall <command>` in a terminal: the code is the same.',
  'Where `on <host>` is left out, the command is about the hosts of the channel, else about the',
  'default host, else about all; `inspect`, `reach`, `why` and `explain` then look at every host. `on all` means every',
  'host, `on team=shop` those with that label of the settings; see [a fleet](fleet.md).',
  '`help <command>` explains one, in a terminal `seawall <command> --help` as well.',
  'A mistake is answered with the corrected line where one is near. In the terminal `--json`',
  'gives the answer as data. It ends with 0 when the question was answered, 2 for wrong use, and 3 when an',
  'engine or the database failed. With `--fail-on <severity>` it ends with 1 when an open finding of what was',
  'asked is at least that severe; an answer that lists no findings goes by those of its hosts. It ends with',
  '3, and says why, when no such finding is known but a host, or what a rule that severe needs, could not be',
  'read: 0 means that somebody looked.',
  '',
  'In a terminal answers keep to its width (or `COLUMNS`) and have colours, unless `NO_COLOR` is set.',
  '`seawall completion bash|zsh|fish` prints a script that completes commands, words, hosts and containers.',
].join('\n');

function renderOverview(commands: readonly Command[]): string {
  const rows = commands.map(
    (command) =>
      `| [${command.name}](#${command.name}) | ${command.summary} | ${permissionText(command)} |`,
  );
  return ['| Command | What it does | Permission |', '|---|---|---|', ...rows].join('\n');
}

function renderCommand(command: Command, known: string[]) {
  const { name, summary, usage, examples } = command;
  return [
    `## ${name}`,
    `${summary}. Permission: \`${permissionText(command)}\`.`,
    fenced([usage]),
    'For example:',
    fenced(examples.map((line) => `/seawall ${line}`)),
    ...(known.length > 0
      ? [`Words it knows: ${known.map((word) => `\`${word}\``).join(' ')}`]
      : []),
  ].join('\n\n');
}

const fenced = (lines: readonly string[]) => `\`\`\`text\n${lines.join('\n')}\n\`\`\``;

/** Names of hosts are left out, since they differ everywhere; rules have a page of their own. */
function knownWords(command: Command, commands: readonly Command[], rules: readonly Rule[]) {
  const ruleIds = new Set(rules.map(({ id }) => id));
  const known = command.words.known?.({ commands, rules, hosts: [] }) ?? [];
  return known.filter((word) => !ruleIds.has(word));
}
