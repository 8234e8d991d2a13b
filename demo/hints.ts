import type { Command, CoreContext } from '../src/command/command.ts';
import type { CommandHint, PageHints } from './workspace/page/page-state.ts';

const CONTAINERS_MAX = 200;

/** What a line typed on the page can be completed with, from the declarations and the last scan. */
export async function readHints(context: CoreContext): Promise<PageHints> {
  const hosts = context.hosts.map(({ name }) => name);
  const containers = await context.store.listContainers({ hosts });
  const names = new Set(containers.map(({ facts }) => facts.name));
  return {
    command: '/seawall',
    commands: context.commands.map((command) => toHint(command, context)),
    hosts,
    containers: [...names].sort().slice(0, CONTAINERS_MAX),
  };
}

function toHint(command: Command, context: CoreContext): CommandHint {
  const { name, summary, usage, examples, words, takesHost, flags = {} } = command;
  return {
    ...{ name, summary, usage, examples, takesHost },
    words: words.known?.(context) ?? [],
    takesContainer:
      usage.startsWith(`${name} <container`) || usage.startsWith(`${name} [<container`),
    flags: Object.keys(flags),
  };
}
