import { OutsideError, statusOf } from '../../shared/errors.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import { defineCollector, type EngineReader } from '../collector.ts';
import type { ContainerPackages, InstalledPackages } from '../facts/packages.ts';
import { field, foreign, list, text, textOrEmpty } from '../foreign.ts';
import { layersOf } from '../image-layers.ts';
import { type ListedContainer, listContainers } from '../list-containers.ts';
import {
  BelowMount,
  type ContainerFiles,
  openContainerFiles,
} from '../packages/container-files.ts';
import { createInventoryReader } from '../packages/inventory-reader.ts';
import { createPackageMemory } from '../packages/package-memory.ts';
import { byNameThenId } from '../read-each.ts';

type ReadInventory = ReturnType<typeof createInventoryReader>;

export const packages = defineCollector({
  id: 'packages',
  purpose:
    'Installed packages of every container whose archives only read, in every state: the database of dpkg, apk or rpm, and os-release; no other file. Where an image has no database, through one of its containers.',
  reads: [
    'GET /containers/json',
    'GET /containers/{id}/json',
    'GET /images/{id}/json',
    'GET /containers/{id}/archive',
    'HEAD /containers/{id}/archive',
    'GET /containers/{id}/changes',
  ],
  async collect({ engine, context: options }): Promise<ContainerPackages[]> {
    const memory = options?.packageMemory ?? createPackageMemory();
    const readInventory = createInventoryReader(engine.endpoint.url, memory);
    const listed = (await listContainers(engine)).sort(byNameThenId);
    // All are opened before any is read: of each chain of layers the first by name goes ahead.
    const opened = await Promise.all(listed.map((one) => settle(() => open(engine, one))));
    const found = await Promise.all(
      opened.map(async (one) =>
        one?.state === 'read' ? settle(() => readInstalled(one.value, readInventory)) : one,
      ),
    );
    return listed.flatMap(({ id: containerId }, index) => {
      const installed = found[index];
      return installed ? [{ containerId, facts: installed }] : [];
    });
  },
});

/** Null for a container that has gone since it was listed. */
async function settle<T>(work: () => Promise<Reading<T> | null>): Promise<Reading<T> | null> {
  try {
    return await work();
  } catch (error) {
    if (statusOf(error) === 404) return null;
    if (!(error instanceof OutsideError || error instanceof BelowMount)) throw error;
    return unread(error.message);
  }
}

interface Opened {
  files: ContainerFiles;
  layers: string;
  createdAt: number;
}

async function open(
  engine: EngineReader,
  { id, imageId }: ListedContainer,
): Promise<Reading<Opened>> {
  const body = await engine.get(`/containers/${id}/json`);
  const inspected = foreign('GET /containers/{id}/json', body);
  const mounts = list(field(inspected, 'Mounts')).map((mount) => text(field(mount, 'Destination')));
  return read({
    files: openContainerFiles(engine, id, mounts),
    // An image may be removed while its containers stay.
    layers: (await readLayers(engine, imageId)) || `container ${id}`,
    createdAt: Date.parse(textOrEmpty(field(inspected, 'Created'))),
  });
}

async function readInstalled(
  { files, layers, createdAt }: Opened,
  readInventory: ReadInventory,
): Promise<Reading<InstalledPackages> | null> {
  const { found, inventory } = await readInventory(files, layers);
  // Of a container that is gone every path is missing.
  if (found?.database === null && (await files.stat('/')) === null) return null;
  if (inventory.state === 'unread') return inventory;
  if (found === null) return read({ inventory: inventory.value, isOwn: null });
  const isOwn = found.modifiedAt !== null && Date.parse(found.modifiedAt) > createdAt;
  return read({ inventory: inventory.value, isOwn });
}

/** Empty when the engine no longer has the image, or names no layers of it. */
async function readLayers(engine: EngineReader, imageId: string | null): Promise<string> {
  if (imageId === null) return '';
  try {
    const body = await engine.get(`/images/${imageId}/json`);
    return layersOf(foreign('GET /images/{id}/json', body));
  } catch (error) {
    if (statusOf(error) === 404) return '';
    throw error;
  }
}
