import { OutsideError, statusOf } from '../../shared/errors.ts';
import { unread } from '../../shared/reading.ts';
import { defineCollector } from '../collector.ts';
import { type ProcessLists, processLists } from '../container-processes.ts';
import type { ContainerProcesses } from '../facts/process.ts';
import { type ListedContainer, listContainers } from '../list-containers.ts';
import { byNameThenId } from '../read-each.ts';

export const processes = defineCollector({
  id: 'processes',
  purpose:
    'Programs, users, groups, labels and namespaces of running containers, by the host’s `ps`.',
  reads: [
    'GET /version',
    'GET /containers/json',
    'GET /containers/{id}/json',
    'GET /containers/{id}/top',
  ],
  async collect(engine): Promise<ContainerProcesses[]> {
    const lists = await processLists(engine);
    const listed = (await listContainers(engine)).sort(byNameThenId);
    const found = await Promise.all(listed.map((container) => readContainer(lists, container)));
    return found.filter((container) => container !== null);
  },
});

/** Null for a container that has gone since it was listed. */
async function readContainer(
  { isToldByContainer, read }: ProcessLists,
  { id, state }: ListedContainer,
): Promise<ContainerProcesses | null> {
  try {
    return { containerId: id, processes: await read(id, state), isToldByContainer };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    if (statusOf(error) === 404) return null;
    return { containerId: id, processes: unread(error.message), isToldByContainer };
  }
}
