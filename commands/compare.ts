import {
  askedHostNames,
  type CommandContext,
  type CommandRequest,
  defineCommand,
} from '../src/command/command.ts';
import { type ComparedOne, compareContainers } from '../src/inspections/compare-containers.ts';
import { compareHosts } from '../src/inspections/compare-hosts.ts';
import { findNamed, readNamed } from '../src/inspections/find-container.ts';
import { hostJudgements } from '../src/inspections/host-states.ts';
import { findingOrder, sortedBy } from '../src/inspections/paging.ts';
import type { HostDeclaration } from '../src/ports/declarations.ts';
import type { NamedContainer } from '../src/ports/stored.ts';
import { containerKey } from '../src/rules/container-key.ts';
import { UserError } from '../src/shared/errors.ts';
import { nearest } from '../src/shared/nearest.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';

export const compare = defineCommand({
  name: 'compare',
  task: 'ask',
  summary: 'Compare two hosts, or two containers: settings, controls, findings',
  usage: 'compare <host> <host> | compare <container> <container> [on <host>|<label>|all]',
  examples: ['compare web-1 web-2', 'compare redis proxy', 'compare redis redis on web-1,web-2'],
  permission: 'view',
  words: {
    minimum: 2,
    maximum: 2,
    known: ({ hosts }) => hosts.map(({ name }) => name.toLowerCase()),
    takesOthers: true,
  },
  takesHost: true,
  async run(context, request) {
    const hosts = request.words.map((word) => hostOf(context, word));
    const [left, right] = hosts;
    if (request.isHostNamed || hosts.every((host) => host === undefined)) {
      return comparedContainers(context, request);
    }
    if (left === undefined || right === undefined) throw await noHost(context, request);
    return comparedHosts(context, left, right);
  },
});

const hostOf = ({ hosts }: CommandContext, word: string): HostDeclaration | undefined =>
  hosts.find(({ name }) => name.toLowerCase() === word.toLowerCase());

/** Of two words one is a host. */
async function noHost(context: CommandContext, { words }: CommandRequest): Promise<UserError> {
  const stranger = words.find((word) => hostOf(context, word) === undefined) ?? '';
  const hosts = context.hosts.map(({ name }) => name);
  const named = await context.store.listNames({ hosts, beginning: stranger });
  const isContainer = named.some(({ name }) => name === stranger);
  const near = nearest(stranger, hosts);
  const line = words.map((word) => quoteWord(word === stranger && near ? near : word)).join(' ');
  const correctedLine = isContainer ? `inspect ${quoteWord(stranger)}` : near && `compare ${line}`;
  return new UserError(`“${stranger}” is no host: two hosts are compared, or two containers.`, {
    hint: '`hosts` lists the hosts, `containers` the containers.',
    ...(correctedLine && { correctedLine }),
  });
}

async function comparedHosts(
  context: CommandContext,
  one: HostDeclaration,
  other: HostDeclaration,
) {
  if (one === other) {
    throw new UserError('A host does not differ from itself.', {
      hint: 'Name two hosts; `hosts` lists them.',
    });
  }
  const left = await knownOfHost(context, one);
  const right = await knownOfHost(context, other);
  return {
    kind: 'compare' as const,
    takenAt: isoTime(context.now()),
    hosts: [left.state, right.state],
    ...compareHosts(left, right, context.rules),
    next: [`findings on ${left.state.name}`, `findings on ${right.state.name}`],
  };
}

async function knownOfHost({ store }: CommandContext, host: HostDeclaration) {
  return {
    state: await stateOf({ store }, host),
    scan: await store.findLastGoodScan(host.name),
    open: await store.listOpenFindings({ hosts: [host.name] }),
    containers: await store.listContainers({ hosts: [host.name] }),
  };
}

async function stateOf({ store }: Pick<CommandContext, 'store'>, host: HostDeclaration) {
  const [state] = await hostJudgements([host], store);
  if (state === undefined) throw new Error(`host ${host.name} has no state`);
  return state;
}

async function comparedContainers(context: CommandContext, request: CommandRequest) {
  const named = await twoNamed(context, request);
  const [one, other] = named;
  if (one.host === other.host && one.id === other.id) {
    throw new UserError('A container does not differ from itself.', {
      hint: 'Name two containers; `containers` lists them.',
    });
  }
  const left = await knownOfContainer(context, one);
  const right = await knownOfContainer(context, other);
  const isOneHost = one.host === other.host;
  return {
    kind: 'compare-containers' as const,
    takenAt: isoTime(context.now()),
    hosts: isOneHost ? [left.host] : [left.host, right.host],
    ...compareContainers(left, right),
    next: named.map(({ host, name }) => `inspect ${quoteWord(name)} on ${quoteWord(host)}`),
  };
}

type Two = [NamedContainer, NamedContainer];

/** The two that a line names: one name twice means the two of that name. */
async function twoNamed(context: CommandContext, request: CommandRequest): Promise<Two> {
  const { store } = context;
  const [first = '', second = ''] = request.words;
  const hosts = askedHostNames(context, request);
  if (first === second) {
    const found = await store.listNames({ hosts, beginning: first });
    const [one, other, third] = found.filter(({ name }) => name === first);
    if (one && other && third === undefined) return [one, other];
    if (third !== undefined) {
      const of = [one, other].flatMap((each) => (each ? [quoteWord(each.host)] : [])).join(',');
      throw new UserError(`More than two containers are called “${first}”.`, {
        hint: 'Name two of their hosts.',
        correctedLine: `compare ${quoteWord(first)} ${quoteWord(first)} on ${of}`,
      });
    }
  }
  const find = (word: string, beside: string) =>
    findNamed(store, { hosts, word }, `compare ${quoteWord(beside)}`);
  return [await find(first, second), await find(second, first)];
}

async function knownOfContainer(
  { store, hosts }: CommandContext,
  named: NamedContainer,
): Promise<ComparedOne> {
  const declared = hosts.find(({ name }) => name === named.host);
  if (declared === undefined) throw new Error(`host ${named.host} was not asked for`);
  const { container } = await readNamed(store, named);
  const { name } = container.facts;
  const key = containerKey(container.facts);
  const open = await store.listOpenFindings({ hosts: [named.host], container: key });
  return {
    host: await stateOf({ store }, declared),
    container,
    scan: await store.findLastGoodScan(named.host),
    open: sortedBy(open, findingOrder).filter(
      ({ subjectKind, subjects }) => subjectKind === 'container' && subjects.includes(name),
    ),
  };
}
