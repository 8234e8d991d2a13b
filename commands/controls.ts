import { defineCommand } from '../src/command/command.ts';
import { reachableFrom } from '../src/controls/controls-of.ts';
import { findNamed } from '../src/inspections/find-container.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage } from '../src/inspections/paging.ts';
import { refreshHosts } from '../src/inspections/scan-hosts.ts';
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
  async run(context, { words: [word], hosts, line, paging }) {
    await refreshHosts(context, hosts);
    const { store } = context;
    const names = hosts.map(({ name }) => name);
    const others = context.hosts.map(({ name }) => name);
    const one =
      word === undefined
        ? null
        : await findNamed(store, { hosts: names, word, others }, 'controls');
    const shown = hosts.filter(({ name }) => one === null || name === one.host);
    const shownNames = shown.map(({ name }) => name);
    const existing = await store.listParts({
      hosts: shownNames,
      parts: ['controls', 'imageId', 'pid'],
    });
    const images = await store.listImagesOf({ hosts: shownNames });
    const asked = one === null ? existing : existing.filter(({ id }) => id === one.id);
    const states = await hostStates(shown, store);
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
