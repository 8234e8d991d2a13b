import { hostStates } from '../src/answers/host-state.ts';
import { nextDigests } from '../src/answers/next-digests.ts';
import { isoTime } from '../src/answers/scan-hosts.ts';
import { defineCommand } from '../src/command/command.ts';

export const status = defineCommand({
  name: 'status',
  task: 'ask',
  summary: 'Say how well Seawall can see: reachability, age of data, coverage',
  usage: 'status',
  examples: ['status'],
  permission: 'view',
  words: { minimum: 0, maximum: 0 },
  takesHost: false,
  async run({ version, hosts, store, digests, watches, channels, slack, now }) {
    return {
      kind: 'status',
      takenAt: isoTime(now()),
      version,
      slack: await slack.findLoss(),
      hosts: await hostStates(hosts, store),
      watches: await watches.listWatches(hosts.map(({ name }) => name)),
      digests: await nextDigests({ digests, channels, now }),
      next: ['scan on all', 'findings on all'],
    };
  },
});
