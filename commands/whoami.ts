import { defineCommand } from '../src/command/command.ts';
import { hostPower, slackPower } from '../src/inspections/host-power.ts';
import { selfOn } from '../src/inspections/self-among.ts';
import { isoTime } from '../src/shared/time.ts';

export const whoami = defineCommand({
  name: 'whoami',
  task: 'learn',
  summary: 'Show what power Seawall itself has over engines and in Slack',
  usage: 'whoami [on <host>|<label>|all]',
  examples: ['whoami', 'whoami on web-1', 'whoami on all'],
  permission: 'view',
  asksEngines: [''],
  words: { minimum: 0, maximum: 0 },
  takesHost: true,
  async run({ power, now, own, watches, store }, { hosts }) {
    const [grant, ...found] = await Promise.all([
      power.readSlack(),
      ...hosts.map(async (host) => hostPower(host, await power.tryEngine(host.name))),
    ]);
    const names = hosts.map(({ name }) => name);
    return {
      kind: 'whoami',
      takenAt: isoTime(now()),
      hosts: found,
      slack: slackPower(grant),
      self: await selfOn({ own, watches, store }, names),
      next: ['status', 'hosts', 'audit'],
    };
  },
});
