import type { HostState } from '../src/answers/host-state.ts';
import { defineCommand } from '../src/command/command.ts';
import { groupHosts, groupLabel } from '../src/inspections/host-groups.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage } from '../src/inspections/paging.ts';
import { isoTime } from '../src/shared/time.ts';

export const hosts = defineCommand({
  name: 'hosts',
  task: 'ask',
  summary: 'List the hosts: connection, engine version, evidence level, last contact',
  usage: 'hosts [host] [on <label>]',
  examples: ['hosts', 'hosts web-1'],
  permission: 'view',
  words: {
    minimum: 0,
    maximum: 1,
    known: (context) => context.hosts.map(({ name }) => name.toLowerCase()),
  },
  takesHost: true,
  async run(context, { words: [word], hosts: meant, isHostNamed, line, paging }) {
    const asked = isHostNamed ? meant : context.hosts;
    const shown = asked.filter(
      ({ name }) => word === undefined || name.toLowerCase() === word.toLowerCase(),
    );
    const states = await hostStates(shown, context.store);
    const label = groupLabel(states, context.groupBy);
    return {
      kind: 'hosts',
      takenAt: isoTime(context.now()),
      hosts: states,
      groups: label === null ? [] : groupHosts(states.map(toGrouped), label),
      page: listPage(line, states, paging),
      next: shown.slice(0, 3).map(({ name }) => `scan on ${name}`),
    };
  },
});

const toGrouped = (state: HostState) => ({ ...state, isUnread: state.unread !== null });
