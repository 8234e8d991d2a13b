import type { ContainerPaths } from '../src/answers/ways-through.ts';
import { defineCommand } from '../src/command/command.ts';
import { findContainer } from '../src/inspections/find-container.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { enginePaths, pathsByContainer } from '../src/inspections/paths-by-container.ts';
import { refreshHosts } from '../src/inspections/refresh-hosts.ts';
import type { StoredContainer } from '../src/ports/stored-container.ts';
import { isoTime } from '../src/shared/time.ts';

export const isolation = defineCommand({
  name: 'isolation',
  task: 'ask',
  summary: 'Say how far containers are from the host, and what a virtual machine would add',
  usage: 'isolation [<container>] [on <host>|on all]',
  examples: ['isolation', 'isolation redis', 'isolation on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 1 },
  takesHost: true,
  async run(context, { words: [word], hosts }) {
    await refreshHosts(context, hosts);
    const { store, now } = context;
    const names = hosts.map(({ name }) => name);
    const existing = await store.listContainers({ hosts: names });
    const asked = word === undefined ? existing : [findContainer(word, existing, 'isolation')];
    const scans = await Promise.all(names.map((name) => store.findLastGoodScan(name)));
    const scanOf = new Map(scans.flatMap((scan) => (scan ? [[scan.host, scan] as const] : [])));
    const pathsOn = new Map(names.map((name) => [name, pathsByContainer(scanOf.get(name))]));
    const shown = hosts.filter(
      ({ name }) => word === undefined || asked.some(({ host }) => host === name),
    );
    return {
      kind: 'isolation',
      takenAt: isoTime(now()),
      hosts: await hostStates(shown, store),
      isOne: word !== undefined,
      containers: asked.map((container) => {
        const pathsOf = pathsOn.get(container.host) ?? pathsByContainer(null);
        return toIsolation(container, pathsOf(container.facts));
      }),
      enginePaths: shown.flatMap(({ name }) =>
        enginePaths(scanOf.get(name)).map((path) => ({ host: name, path })),
      ),
      pathsUnknown: shown.flatMap(({ name }) =>
        (scanOf.get(name)?.posture?.pathsUnknown ?? []).map((reason) => ({ host: name, reason })),
      ),
      next:
        word === undefined
          ? ['controls', 'posture']
          : [`controls ${word}`, `reach ${word}`, 'isolation'],
    };
  },
});

function toIsolation({ host, facts, isolation: found }: StoredContainer, ways: ContainerPaths) {
  const { name, id, state } = facts;
  return { host, name, id, state, isolation: found, ...ways };
}
