import { defineCommand } from '../src/command/command.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { isoTime } from '../src/shared/time.ts';

export const hosts = defineCommand({
  name: 'hosts',
  task: 'ask',
  summary: 'List the hosts: connection, engine version, evidence level, last contact',
  usage: 'hosts [host]',
  examples: ['hosts', 'hosts web-1'],
  permission: 'view',
  words: {
    minimum: 0,
    maximum: 1,
    known: (context) => context.hosts.map(({ name }) => name.toLowerCase()),
  },
  takesHost: false,
  async run(context, { words: [word] }) {
    const shown = context.hosts.filter(
      ({ name }) => word === undefined || name.toLowerCase() === word.toLowerCase(),
    );
    return {
      kind: 'hosts',
      takenAt: isoTime(context.now()),
      hosts: await hostStates(shown, context.store),
      next: shown.slice(0, 3).map(({ name }) => `scan on ${name}`),
    };
  },
});
