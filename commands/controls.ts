import { defineCommand } from '../src/command/command.ts';
import { reachableFrom } from '../src/controls/controls-of.ts';
import { findContainer } from '../src/inspections/find-container.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { refreshHosts } from '../src/inspections/refresh-hosts.ts';
import type { ScanStore } from '../src/ports/scan-store.ts';
import type { StoredContainer } from '../src/ports/stored-container.ts';
import { isoTime } from '../src/shared/time.ts';

export const controls = defineCommand({
  name: 'controls',
  task: 'ask',
  summary: 'Show what restricts containers: as configured, and as the kernel enforces it',
  usage: 'controls [<container>] [on <host>|on all]',
  examples: ['controls', 'controls redis', 'controls on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 1 },
  takesHost: true,
  async run(context, { words: [word], hosts }) {
    await refreshHosts(context, hosts);
    const names = hosts.map(({ name }) => name);
    const existing = await context.store.listContainers({ hosts: names });
    const images = await Promise.all(
      names.map(async (name) => [name, await context.store.listImages(name)] as const),
    );
    const imagesOf = new Map(images);
    const asked = word === undefined ? existing : [findContainer(word, existing, 'controls')];
    return {
      kind: 'controls',
      takenAt: isoTime(context.now()),
      hosts: await hostStates(
        hosts.filter(({ name }) => word === undefined || asked[0]?.host === name),
        context.store,
      ),
      isOne: word !== undefined,
      containers: asked.map((one) => toControls(one, imagesOf.get(one.host) ?? [])),
      next:
        word === undefined
          ? [...(asked[0] ? [`controls ${asked[0].facts.name}`] : []), 'scan']
          : [`inspect ${word}`, 'controls'],
    };
  },
});

type KnownImages = Awaited<ReturnType<ScanStore['listImages']>>;

function toControls({ host, facts, controls: found }: StoredContainer, known: KnownImages) {
  const { name, id, state, imageId } = facts;
  const reachable =
    found && facts.pid !== null ? reachableFrom(found, { id: imageId, known }) : null;
  return { host, name, id, state, controls: found, reachable };
}
