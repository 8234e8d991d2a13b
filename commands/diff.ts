import { defineCommand } from '../src/command/command.ts';
import { sinceTime, yesterday } from '../src/command/parse-since.ts';
import { driftOn } from '../src/inspections/drift.ts';
import { sortNews } from '../src/inspections/finding-changes.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { heardSince } from '../src/inspections/short-lived.ts';
import { isoTime } from '../src/shared/time.ts';

export const diff = defineCommand({
  name: 'diff',
  task: 'ask',
  topic: 'past',
  summary: 'Show what is new, worse or fixed since a time',
  usage:
    'diff [since <30m|12h|7d|2w|yesterday|2026-11-20|2026-11-20T03:00>] [on <host>|<label>|all]',
  examples: ['diff', 'diff since 7d', 'diff since 2026-11-20 on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 0 },
  takesHost: true,
  takesSince: true,
  async run({ store, baselines, watches, now }, { hosts, since }) {
    const time = now();
    const at = sinceTime(since ?? yesterday, time);
    const names = hosts.map(({ name }) => name);
    const changes = await store.listFindingChanges({ hosts: names, since: at });
    const decided = await store.listDecidedFindings({ hosts: names });
    const sorted = sortNews(changes, decided, { since: at, now: time });
    const risen = sorted.worse.map(({ finding }) => finding);
    const [first] = [...sorted.new, ...risen, ...sorted.lapsed];
    return {
      kind: 'diff',
      takenAt: isoTime(time),
      since: isoTime(at),
      hosts: await hostStates(hosts, store),
      compared: changes.map(({ changes: _changes, passing: _passing, ...compared }) => compared),
      ...sorted,
      ...(await heardSince({ store, watches }, { hosts: names, since: at, changes })),
      drifted: await driftOn({ store, baselines }, names),
      next: [...(first ? [`explain ${first.rule}`] : []), 'findings', 'scan'],
    };
  },
});
