import { defineCommand } from '../src/command/command.ts';
import { sinceTime } from '../src/command/parse-since.ts';
import { historyOfHosts } from '../src/inspections/history-of-hosts.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { isoTime } from '../src/shared/time.ts';

/** Thirty days, today included. */
const month = { agoMs: 29 * 86_400_000 };

export const history = defineCommand({
  name: 'history',
  task: 'ask',
  topic: 'past',
  summary: 'Show score and open findings over time, with a picture',
  usage:
    'history [since <12h|7d|2w|yesterday|2026-11-20|2026-11-20T03:00>] [on <host>|<label>|all]',
  examples: ['history', 'history since 90d on web-1', 'history since 2026-11-01 on all'],
  permission: 'view',
  words: { minimum: 0, maximum: 0 },
  takesHost: true,
  takesSince: true,
  async run({ store, now }, { hosts, since, hostText, paging }) {
    const at = now();
    const points = paging && { points: 'told' as const };
    const asked = { hosts, since: sinceTime(since ?? month, at), now: at, ...points };
    const [first, second] = hosts;
    const on = ` on ${second === undefined && first ? first.name : (hostText ?? 'all')}`;
    const [past, states] = await Promise.all([
      historyOfHosts(asked, store),
      hostStates(hosts, store),
    ]);
    return {
      kind: 'history',
      takenAt: isoTime(at),
      ...past,
      hosts: states,
      next: [`diff since 7d${on}`, `posture${on}`],
    };
  },
});
