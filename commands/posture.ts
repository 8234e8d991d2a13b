import { defineCommand } from '../src/command/command.ts';
import { postureOfHosts } from '../src/inspections/posture-of-hosts.ts';
import { isoTime } from '../src/shared/time.ts';

export const posture = defineCommand({
  name: 'posture',
  task: 'ask',
  summary: 'Grade hosts over five pillars, and say which three fixes help most',
  usage: 'posture [on <host>|<label>|all]',
  examples: ['posture', 'posture on web-1', 'posture on all'],
  permission: 'view',
  words: { minimum: 0, maximum: 0 },
  takesHost: true,
  run: async ({ store, now, rules }, { hosts }) => ({
    kind: 'posture',
    takenAt: isoTime(now()),
    ...(await postureOfHosts(hosts, store, rules)),
  }),
});
