import { defineCollector } from '../collector.ts';
import { processLists } from '../container-processes.ts';
import type { ContainerProcesses } from '../facts/process.ts';
import { listContainers } from '../list-containers.ts';
import { readPerContainer } from '../per-container.ts';

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
  async collect({ engine }): Promise<ContainerProcesses[]> {
    const lists = await processLists(engine);
    const found = await readPerContainer(await listContainers(engine), ({ id, state }) =>
      lists.read(id, state),
    );
    return found.map((one) => ({ ...one, isToldByContainer: lists.isToldByContainer }));
  },
});
