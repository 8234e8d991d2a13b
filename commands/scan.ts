import { defineCommand } from '../src/command/command.ts';
import { SWITCH } from '../src/command/parse-flags.ts';
import { HOSTS_LISTED } from '../src/inspections/count-open.ts';
import { scanHosts } from '../src/inspections/scan-hosts.ts';

export const scan = defineCommand({
  name: 'scan',
  task: 'act',
  topic: 'now',
  summary: 'Check hosts against the rules now',
  usage: 'scan [deep] [on <host>|<label>|all]',
  examples: ['scan', 'scan on web-1', 'scan on all', 'scan deep on web-1'],
  permission: 'operate',
  asksEngines: ['', 'deep'],
  words: { minimum: 0, maximum: 1, known: () => ['deep'] },
  flags: { deep: SWITCH },
  takesHost: true,
  run: (context, { hosts, words, flags, paging }) =>
    scanHosts(context, hosts, {
      onProgress: context.onProgress,
      isDeep: words[0] === 'deep' || flags.deep !== undefined,
      // A program at the terminal gets all of it.
      isBrief: paging !== undefined && hosts.length > HOSTS_LISTED,
      signal: context.stopSignal,
    }),
});
