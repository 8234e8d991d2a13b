import { defineCommand } from '../src/command/command.ts';
import { findNamed } from '../src/inspections/find-container.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage } from '../src/inspections/paging.ts';
import { enginePaths, pathsByContainer } from '../src/inspections/paths-by-container.ts';
import { refreshHosts } from '../src/inspections/scan-hosts.ts';
import { isoTime } from '../src/shared/time.ts';

export const isolation = defineCommand({
  name: 'isolation',
  task: 'ask',
  topic: 'container',
  summary: 'Show how far containers are from the host',
  usage: 'isolation [<container>] [on <host>|<label>|all]',
  examples: ['isolation', 'isolation redis', 'isolation on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 1 },
  takesHost: true,
  async run(context, { words: [word], hosts, line, paging }) {
    await refreshHosts(context, hosts);
    const { store, now } = context;
    const names = hosts.map(({ name }) => name);
    const others = context.hosts.map(({ name }) => name);
    const one =
      word === undefined
        ? null
        : await findNamed(store, { hosts: names, word, others }, 'isolation');
    const shown = hosts.filter(({ name }) => one === null || name === one.host);
    const shownNames = shown.map(({ name }) => name);
    const existing = await store.listParts({ hosts: shownNames, parts: ['isolation'] });
    const scans = await store.listPostures({ hosts: shownNames });
    const scanOf = new Map(scans.map((scan) => [scan.host, scan]));
    const pathsOn = new Map(shownNames.map((name) => [name, pathsByContainer(scanOf.get(name))]));
    const asked = one === null ? existing : existing.filter(({ id }) => id === one.id);
    const states = await hostStates(shown, store);
    return {
      kind: 'isolation',
      takenAt: isoTime(now()),
      hosts: states,
      page: listPage(line, states, paging),
      isOne: word !== undefined,
      containers: asked.map((container) => {
        const pathsOf = pathsOn.get(container.host) ?? pathsByContainer(null);
        return { ...container, ...pathsOf(container) };
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
