import type { Command } from '../../src/command/command.ts';
import { permissionText } from '../../src/command/permission.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { filled, table } from './page.ts';

/** The page of all commands, in the order given; `rules` supply the words that some of them know. */
export function renderCommandReference(
  commands: readonly Command[],
  rules: readonly Rule[],
): string {
  const sections = commands.map((command) =>
    renderCommand(command, knownWords(command, commands, rules)),
  );
  return filled('docs/commands.md', {
    commands: [renderOverview(commands), ...sections].join('\n\n'),
  });
}

const renderOverview = (commands: readonly Command[]): string =>
  table(
    ['Command', 'What it does', 'Permission'],
    commands.map((command) => {
      const { name, summary } = command;
      return [`[${name}](#${name})`, summary, permissionText(command)];
    }),
  );

function renderCommand(command: Command, known: string[]) {
  const { name, summary, note, usage, examples } = command;
  return [
    `## ${name}`,
    `${summary}. Permission: \`${permissionText(command)}\`.`,
    ...(note === undefined ? [] : [note]),
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
