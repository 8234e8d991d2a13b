import { OutsideError, statusOf } from '../../shared/errors.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import { sideBySide } from '../../shared/side-by-side.ts';
import type { CollectContext, EngineReader } from '../collector.ts';
import {
  type ContainerLook,
  defineCollector,
  detailsOf,
  type FirstLook,
} from '../define-collector.ts';
import type { ContainerPackages, InstalledPackages } from '../facts/packages.ts';
import { byNameThenId, valueIn } from '../outcome.ts';
import {
  BelowMount,
  type ContainerFiles,
  openContainerFiles,
} from '../packages/container-files.ts';
import { createInventoryReader, type EarlierSearches } from '../packages/inventory-reader.ts';
import { createPackageMemory } from '../packages/package-memory.ts';

type ReadInventory = ReturnType<typeof createInventoryReader>;

export const packages = defineCollector({
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
  async collect({ first, engine, context: options }): Promise<ContainerPackages[]> {
    const memory = options?.packageMemory ?? createPackageMemory();
    const { url } = engine.endpoint;
    const readInventory = createInventoryReader(url, memory, options ? earlierIn(options) : null);
    const listed = valueIn(first.containers).toSorted(byNameThenId);
    // All are opened before any is read: of each chain of layers the first by name goes ahead.
    const opened = await sideBySide(listed, (one) => settle(async () => open(first, engine, one)));
    const found = await sideBySide(opened, (one) =>
      one?.state === 'read' ? settle(() => readInstalled(one.value, readInventory)) : one,
    );
    return listed.flatMap(({ id: containerId }, index) => {
      const installed = found[index];
      return installed ? [{ containerId, facts: installed }] : [];
    });
  },
});

function earlierIn({ takenAt, knownImages }: CollectContext): EarlierSearches {
  const known = new Map(knownImages.map((one) => [one.layers, one.withoutDatabase]));
  return { takenAt, of: (layers) => known.get(layers) ?? [] };
}

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

function open(
  first: FirstLook,
  engine: EngineReader,
  { id, imageId, inspected }: ContainerLook,
): Reading<Opened> {
  const { mountPoints, createdAt } = valueIn(inspected);
  const mounts = valueIn(mountPoints).map(({ destination }) => destination);
  return read({
    files: openContainerFiles(engine, id, mounts),
    // An image may be removed while its containers stay.
    layers: layersIn(first, imageId) || `container ${id}`,
    createdAt: valueIn(createdAt),
  });
}

async function readInstalled(
  { files, layers, createdAt }: Opened,
  readInventory: ReadInventory,
): Promise<Reading<InstalledPackages> | null> {
  const { found, inventory, without } = await readInventory(files, layers);
  // Of a container that is gone every path is missing.
  if (found?.database === null && (await files.stat('/')) === null) return null;
  if (inventory.state === 'unread') return inventory;
  const told = without === null ? {} : { without: { layers, known: without } };
  if (found === null) return read({ inventory: inventory.value, isOwn: null, ...told });
  const isOwn = found.modifiedAt !== null && Date.parse(found.modifiedAt) > createdAt;
  return read({ inventory: inventory.value, isOwn, ...told });
}

/** Empty when the engine no longer has the image, or names no layers of it. */
function layersIn(first: FirstLook, imageId: string | null): string {
  if (imageId === null) return '';
  try {
    return valueIn(detailsOf(first, imageId).layers);
  } catch (error) {
    if (statusOf(error) === 404) return '';
    throw error;
  }
}
