import type { HostState } from '../src/answers/host-state.ts';
import { type CommandContext, defineCommand } from '../src/command/command.ts';
import type { EdgeVerb } from '../src/command/edge-hosts.ts';
import { edgeRemarks } from '../src/inspections/edge-remarks.ts';
import { groupHosts, groupLabel } from '../src/inspections/host-groups.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage } from '../src/inspections/paging.ts';
import { UserError } from '../src/shared/errors.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { EdgeHostAnswer } from '../src/views/edge-host.ts';
import type { HostsAnswer } from '../src/views/hosts.ts';

/** First words that change which hosts dial out. */
const edgeVerbs: readonly EdgeVerb[] = ['add', 'rotate', 'revoke', 'remove'];

export const hosts = defineCommand({
  name: 'hosts',
  task: 'ask',
  summary: 'List the hosts: connection, engine version, evidence level, last contact',
  usage:
    'hosts [host] [on <label>] | hosts add <name> [label=value…] | hosts rotate|revoke|remove <name>',
  examples: ['hosts', 'hosts web-1', 'hosts add web-7 team=shop'],
  permission: {
    ...{ '': 'view', '*': 'view' },
    ...{ add: 'approve', rotate: 'approve', revoke: 'approve', remove: 'approve' },
  },
  privateWords: edgeVerbs,
  words: {
    minimum: 0,
    maximum: 12,
    known: (context) => context.hosts.map(({ name }) => name.toLowerCase()),
  },
  takesHost: true,
  async run(context, request): Promise<HostsAnswer | EdgeHostAnswer> {
    const [word, ...more] = request.words;
    if (edgeVerbs.some((verb) => verb === word) && (more.length > 0 || !isHost(context, word))) {
      const { changeEdgeHost } = await import('../src/command/edge-hosts.ts');
      return changeEdgeHost(context, request);
    }
    if (more.length > 0) {
      throw new UserError(`“hosts” does not know what to do with “${more.at(-1)}”.`, {
        ...{ hint: hosts.usage, correctedLine: `hosts ${word}` },
      });
    }
    const { hosts: meant, isHostNamed, line, paging } = request;
    const asked = isHostNamed ? meant : context.hosts;
    const shown = asked.filter(
      ({ name }) => word === undefined || name.toLowerCase() === word.toLowerCase(),
    );
    const names = shown.map(({ name }) => name);
    const isAnyEdge = shown.some(({ endpoint }) => endpoint.kind === 'edge');
    const states = await hostStates(shown, context.store);
    const label = groupLabel(states, context.groupBy);
    const now = context.now();
    return {
      kind: 'hosts',
      takenAt: isoTime(now),
      hosts: states,
      groups: label === null ? [] : groupHosts(states.map(toGrouped), label),
      page: listPage(line, states, paging),
      edges: isAnyEdge ? edgeRemarks(await context.edges.listEdges(), { names, now }) : [],
      next: unreadFirst(states).map(({ name }) => `scan on ${quoteWord(name)}`),
    };
  },
});

/** Up to three, first those that nobody could read: they are what to look at again. */
const unreadFirst = (states: readonly HostState[]): HostState[] =>
  states.toSorted((a, b) => Number(a.unread === null) - Number(b.unread === null)).slice(0, 3);

const toGrouped = (state: HostState) => ({ ...state, isUnread: state.unread !== null });
const isHost = ({ hosts: all }: Pick<CommandContext, 'hosts'>, word = ''): boolean =>
  all.some(({ name }) => name.toLowerCase() === word.toLowerCase());
