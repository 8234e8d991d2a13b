import { type Command, type CommandContext, defineCommand } from '../src/command/command.ts';
import { namesMadeUp, withRealNames } from '../src/command/example-names.ts';
import { decides, permissionText } from '../src/command/permission.ts';
import { splitWords } from '../src/command/plain-line.ts';
import { onOutside } from '../src/shared/errors.ts';
import { labelsOf } from '../src/shared/label-terms.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { HelpAnswer, HelpTopic } from '../src/views/help.ts';

export const help = defineCommand({
  name: 'help',
  task: 'learn',
  summary: 'Show what can be asked, with lines that can be run',
  usage: 'help [verb]',
  examples: ['help', 'help scan'],
  permission: 'view',
  words: { minimum: 0, maximum: 1, known: ({ commands }) => commands.map(({ name }) => name) },
  takesHost: false,
  async run(context, { words: [verb] }) {
    const { commands, now } = context;
    const names = await namesHere(context);
    const shown = commands.filter(({ name }) => verb === undefined || name === verb.toLowerCase());
    return {
      kind: 'help',
      takenAt: isoTime(now()),
      verb: verb?.toLowerCase() ?? null,
      start: verb === undefined ? startLines(names) : [],
      commands: shown.map((command) => ({
        name: command.name,
        task: command.task,
        topic: command.topic ?? topicOf[command.task],
        summary: command.summary,
        note: command.note ?? null,
        usage: command.usage,
        permission: permissionText(command),
        label: command.usage.includes('<label>') ? (names.label ?? 'team=shop') : null,
        examples: command.examples
          .filter((line) => hasEnough(line, names))
          .map((line) => withNames(line, names)),
      })),
      next:
        verb === undefined
          ? ['scan', 'findings', 'containers']
          : shown
              .flatMap(firstExample)
              .filter((line) => canRun(line, names))
              .map((line) => withNames(line, names)),
    };
  },
});

const topicOf: Readonly<Record<Command['task'], HelpTopic>> = {
  ask: 'now',
  act: 'decide',
  learn: 'seawall',
};

/** What is there to be asked about: names for the examples; null where there is none yet. */
interface NamesHere {
  hosts: string[];
  /** A label that some of the hosts have, as `team=shop`. */
  label: string | null;
  /** Two at most. */
  containers: string[];
}

/** Examples need no database: without it they name what is made up. */
async function namesHere({ hosts, store }: CommandContext): Promise<NamesHere> {
  const first = hosts.find(({ isDefault }) => isDefault) ?? hosts[0];
  const others = hosts.filter((host) => host !== first);
  const found = await store
    .listNames({ hosts: first === undefined ? [] : [first.name] })
    .catch(onOutside(() => []));
  const [label] = labelsOf(hosts);
  return {
    hosts: [...(first === undefined ? [] : [first]), ...others].map(({ name }) => name),
    label: label === undefined ? null : `${label.key}=${label.value}`,
    containers: [...new Set(found.map(({ name }) => name))].slice(0, 2),
  };
}

const withNames = (
  line: string,
  { hosts: [host, other], containers: [container, second] }: NamesHere,
): string =>
  withRealNames(
    line,
    (name) => quoteWord((name === 'web-1' ? host : (other ?? host)) ?? name),
    (name) => quoteWord((name === 'proxy' ? (second ?? container) : container) ?? name),
  );

/** False where it names two hosts or two containers, and there is one. */
const hasEnough = (line: string, { hosts, containers }: NamesHere): boolean =>
  (hosts.length > 1 || !line.includes('web-2')) &&
  (containers.length !== 1 || !/redis.*proxy/.test(line));

/** False where it names a host, a container or a finding, and there is none to name in its place. */
const canRun = (line: string, { hosts, containers }: NamesHere): boolean =>
  !namesMadeUp(
    withRealNames(
      line,
      (name) => (hosts.length > (name === 'web-1' ? 0 : 1) ? '' : name),
      (name) => (containers.length === 0 ? name : ''),
    ),
  );

function startLines({ containers, label }: NamesHere): HelpAnswer['start'] {
  const of = containers.slice(0, 1).map(quoteWord);
  return [
    { line: 'scan', says: 'Look at the hosts now' },
    { line: 'findings critical high', says: 'See what to fix first' },
    ...of.map((name) => ({ line: `inspect ${name}`, says: 'See all about one container' })),
    { line: 'containers privileged at 3am', says: 'See what ran at night' },
    ...(label === null
      ? []
      : [{ line: `findings on ${quoteWord(label)}`, says: 'See the hosts that have a label' }]),
    { line: 'help inspect', says: 'See more lines for one command' },
  ];
}

/** None of a decision: what it names, and why, is nobody's yet. */
const firstExample = (command: Command) =>
  command.examples.slice(0, 1).filter((line) => !decides(command, splitWords(line).slice(1)));
