import { defineCommand } from '../src/command/command.ts';
import { shownContainers } from '../src/command/shown-containers.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage } from '../src/inspections/paging.ts';
import { enginePaths, pathsByContainer } from '../src/inspections/paths-by-container.ts';
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
  async run(context, request) {
    const { hosts, hostNames, isShown } = await shownContainers(context, request, 'isolation');
    const { store, now } = context;
    const { line, paging } = request;
    const [word] = request.words;
    const existing = await store.listParts({ hosts: hostNames, parts: ['isolation'] });
    const scans = await store.listPostures({ hosts: hostNames });
    const scanOf = new Map(scans.map((scan) => [scan.host, scan]));
    const pathsOn = new Map(hostNames.map((name) => [name, pathsByContainer(scanOf.get(name))]));
    const asked = existing.filter(isShown);
    const states = await hostStates(hosts, store);
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
      enginePaths: hostNames.flatMap((name) =>
        enginePaths(scanOf.get(name)).map((path) => ({ host: name, path })),
      ),
      pathsUnknown: hostNames.flatMap((name) =>
        (scanOf.get(name)?.posture?.pathsUnknown ?? []).map((reason) => ({ host: name, reason })),
      ),
      next:
        word === undefined
          ? ['controls', 'posture']
          : [`controls ${word}`, `reach ${word}`, 'isolation'],
    };
  },
});
