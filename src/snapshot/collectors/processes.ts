import { OutsideError, statusOf } from '../../shared/errors.ts';
import { unread } from '../../shared/reading.ts';
import { defineCollector, type EngineReader } from '../collector.ts';
import { readProcesses } from '../container-processes.ts';
import type { ContainerProcesses } from '../facts/process.ts';
import { type ListedContainer, listContainers } from '../list-containers.ts';
import { byNameThenId } from '../read-each.ts';

export const processes = defineCollector({
  id: 'processes',
  purpose:
    'Programs, users, groups, labels and namespaces of running containers, by the host’s `ps`.',
  reads: ['GET /containers/json', 'GET /containers/{id}/json', 'GET /containers/{id}/top'],
  async collect(engine): Promise<ContainerProcesses[]> {
    const listed = (await listContainers(engine)).sort(byNameThenId);
    const found = await Promise.all(listed.map((container) => readContainer(engine, container)));
    return found.filter((container) => container !== null);
  },
});

/** Null for a container that has gone since it was listed. */
async function readContainer(
  engine: EngineReader,
  { id, state }: ListedContainer,
): Promise<ContainerProcesses | null> {
  try {
    return { containerId: id, processes: await readProcesses(engine, id, state) };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    if (statusOf(error) === 404) return null;
    return { containerId: id, processes: unread(error.message) };
  }
}
