import { splitAccepted } from '../src/answers/accepted.ts';
import { findContainer } from '../src/answers/find-container.ts';
import { hostStates } from '../src/answers/host-state.ts';
import { pathsThrough } from '../src/answers/paths-through.ts';
import { isoTime } from '../src/answers/scan-hosts.ts';
import { defineCommand } from '../src/command/command.ts';
import { containerKey } from '../src/findings/fingerprint.ts';

export const inspect = defineCommand({
  name: 'inspect',
  task: 'ask',
  summary: 'Show one container: as configured and in force, its findings and ways to the host',
  usage: 'inspect <container> [on <host>]',
  examples: ['inspect redis', 'inspect redis on web-1'],
  permission: 'view',
  words: { minimum: 1, maximum: 1 },
  takesHost: true,
  async run({ store, now, hosts: allHosts }, { words: [word = ''], hosts, isHostNamed }) {
    const searched = isHostNamed ? hosts : allHosts;
    const names = searched.map(({ name }) => name);
    const container = findContainer(
      word,
      await store.listContainers({ hosts: names, includeGone: true }),
    );
    const declared = searched.filter(({ name }) => name === container.host);
    const [host] = await hostStates(declared, store);
    if (!host) throw new Error(`host ${container.host} is stored but not declared`);
    const key = containerKey(container.facts);
    const open = await store.listOpenFindings({ hosts: [container.host] });
    const found = open.filter(
      ({ subjectKind, subjectKey, subjects }) =>
        subjectKind === 'container' &&
        subjectKey === key &&
        subjects.includes(container.facts.name),
    );
    const { open: counting, accepted } = splitAccepted(container.removedAt === null ? found : []);
    return {
      kind: 'inspect',
      takenAt: isoTime(now()),
      host,
      container,
      findings: counting,
      accepted,
      paths:
        container.removedAt === null
          ? pathsThrough(container.facts.name, await store.findLastGoodScan(container.host))
          : [],
      undecided: host.undecided
        .filter(({ subjectKind }) => subjectKind === 'container')
        .filter(({ subjectKey }) => subjectKey === null || subjectKey === key)
        .map(({ rule, reason }) => ({ rule, reason })),
      next: [...(counting[0] ? [`explain ${counting[0].rule}`] : []), `scan on ${container.host}`],
    };
  },
});
