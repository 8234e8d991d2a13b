import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { compareHosts } from '../src/inspections/compare-hosts.ts';
import { hostJudgements } from '../src/inspections/host-states.ts';
import type { HostDeclaration } from '../src/ports/declarations.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';

export const compare = defineCommand({
  name: 'compare',
  task: 'ask',
  summary: 'Compare two hosts: engine, findings, containers, coverage',
  usage: 'compare <host> <host>',
  examples: ['compare web-1 web-2'],
  permission: 'view',
  words: {
    minimum: 2,
    maximum: 2,
    known: ({ hosts }) => hosts.map(({ name }) => name.toLowerCase()),
  },
  takesHost: false,
  async run(context, { words: [first = '', second = ''] }) {
    if (first === second) {
      throw new UserError('A host does not differ from itself.', {
        hint: 'Name two hosts; `hosts` lists them.',
      });
    }
    const left = await known(context, first);
    const right = await known(context, second);
    return {
      kind: 'compare',
      takenAt: isoTime(context.now()),
      hosts: [left.state, right.state],
      ...compareHosts(left, right, context.rules),
      next: [`findings on ${left.state.name}`, `findings on ${right.state.name}`],
    };
  },
});

async function known({ hosts, store }: CommandContext, word: string) {
  const host = findHost(hosts, word);
  const [state] = await hostJudgements([host], store);
  if (state === undefined) throw new Error(`host ${host.name} has no state`);
  return {
    state,
    scan: await store.findLastGoodScan(host.name),
    open: await store.listOpenFindings({ hosts: [host.name] }),
    containers: await store.listContainers({ hosts: [host.name] }),
  };
}

function findHost(hosts: readonly HostDeclaration[], word: string): HostDeclaration {
  const host = hosts.find(({ name }) => name.toLowerCase() === word.toLowerCase());
  if (host === undefined) throw new UserError(`There is no host “${word}”.`);
  return host;
}
