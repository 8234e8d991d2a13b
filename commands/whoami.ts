import { hostPower } from '../src/answers/host-power.ts';
import { isoTime } from '../src/answers/scan-hosts.ts';
import { slackPower } from '../src/answers/slack-power.ts';
import { defineCommand } from '../src/command/command.ts';

export const whoami = defineCommand({
  name: 'whoami',
  task: 'learn',
  summary: 'Say what power Seawall itself holds over engines and in Slack, and how to take it away',
  usage: 'whoami [on <host>|on all]',
  examples: ['whoami', 'whoami on web-1', 'whoami on all'],
  permission: 'view',
  words: { minimum: 0, maximum: 0 },
  takesHost: true,
  async run({ power, now }, { hosts }) {
    const [grant, ...found] = await Promise.all([
      power.readSlack(),
      ...hosts.map(async (host) => hostPower(host, await power.tryEngine(host.name))),
    ]);
    return {
      kind: 'whoami',
      takenAt: isoTime(now()),
      hosts: found,
      slack: slackPower(grant),
      next: ['status', 'hosts', 'audit'],
    };
  },
});
