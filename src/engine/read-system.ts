import type { Reading } from '../shared/reading.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';
import { openContainerFiles } from '../snapshot/packages/container-files.ts';
import { createInventoryReader } from '../snapshot/packages/inventory-reader.ts';
import { createPackageMemory } from '../snapshot/packages/package-memory.ts';
import { exportProbeRequest, volumesOf } from './export-filesystem.ts';
import type { EngineConnection } from './open-connection.ts';
import type { OpenEngine } from './open-engine.ts';
import { createProbe, newProbeName, removeOldProbes, removeProbe } from './probe-calls.ts';

/**
 * What the package manager of an image’s system installed, through a container that is made for it, never
 * started, and removed whatever happens; a few named files are read. Rejects with `OutsideError`.
 */
export async function readSystem(
  connection: EngineConnection,
  engine: OpenEngine,
  imageId: string,
): Promise<Reading<PackageInventory>> {
  const volumes = await volumesOf(connection, imageId);
  const id = await createProbe(connection, newProbeName(), exportProbeRequest(imageId, volumes));
  try {
    await removeOldProbes(connection, id);
    const readInventory = createInventoryReader(engine.endpoint.url, createPackageMemory());
    const { inventory } = await readInventory(openContainerFiles(engine, id, volumes), imageId);
    return inventory;
  } finally {
    await removeProbe(connection, id);
  }
}
