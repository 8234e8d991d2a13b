import { defineCommand } from '../src/command/command.ts';
import { shownContainers } from '../src/command/shown-containers.ts';
import { reachableFrom } from '../src/controls/controls-of.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage } from '../src/inspections/paging.ts';
import type { ScanStore } from '../src/ports/scan-store.ts';
import type { PartsOfContainer } from '../src/ports/stored.ts';
import { isoTime } from '../src/shared/time.ts';

export const controls = defineCommand({
  name: 'controls',
  task: 'ask',
  topic: 'container',
  summary: 'Show what restricts containers: as configured, and as the kernel enforces it',
  usage: 'controls [<container>] [on <host>|<label>|all]',
  examples: ['controls', 'controls redis', 'controls on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 1 },
  takesHost: true,
  async run(context, request) {
    const { hosts, hostNames, isShown } = await shownContainers(context, request, 'controls');
    const { store } = context;
    const { line, paging } = request;
    const [word] = request.words;
    const existing = await store.listParts({
      hosts: hostNames,
      parts: ['controls', 'imageId', 'pid'],
    });
    const images = await store.listImagesOf({ hosts: hostNames });
    const asked = existing.filter(isShown);
    const states = await hostStates(hosts, store);
    return {
      kind: 'controls',
      takenAt: isoTime(context.now()),
      hosts: states,
      page: listPage(line, states, paging),
      isOne: word !== undefined,
      containers: asked.map((each) => toControls(each, images.get(each.host) ?? [])),
      next:
        word === undefined
          ? [...(asked[0] ? [`controls ${asked[0].name}`] : []), 'scan']
          : [`inspect ${word}`, 'controls'],
    };
  },
});

type KnownImages = Awaited<ReturnType<ScanStore['listImages']>>;
type Controlled = PartsOfContainer<'controls' | 'imageId' | 'pid'>;

function toControls(container: Controlled, known: KnownImages) {
  const { host, name, id, state, controls: found, imageId, pid } = container;
  const reachable = found && pid !== null ? reachableFrom(found, { id: imageId, known }) : null;
  return { host, name, id, state, controls: found, reachable };
}
