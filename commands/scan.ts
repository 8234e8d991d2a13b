import { defineCommand } from '../src/command/command.ts';
import { scanHosts } from '../src/inspections/scan-hosts.ts';

export const scan = defineCommand({
  name: 'scan',
  task: 'act',
  summary: 'Check hosts against the rules now',
  usage: 'scan [on <host>|on all]',
  examples: ['scan', 'scan on web-1', 'scan on all'],
  permission: 'operate',
  asksEngines: [''],
  words: { minimum: 0, maximum: 0 },
  takesHost: true,
  run: (context, { hosts }) => scanHosts(context, hosts, context.onProgress),
});
