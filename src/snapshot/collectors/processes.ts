import { defineCollector, processesOf } from '../define-collector.ts';
import type { ContainerProcesses } from '../facts/process.ts';
import { readPerContainer, valueIn } from '../outcome.ts';

export const processes = defineCollector({
  purpose:
    'Programs, users, groups, labels and namespaces of running containers, by the host’s `ps`.',
  reads: [
    'GET /version',
    'GET /containers/json',
    'GET /containers/{id}/json',
    'GET /containers/{id}/top',
  ],
  async collect({ first }): Promise<ContainerProcesses[]> {
    const { isToldByContainer } = valueIn(first.processes);
    const found = await readPerContainer(valueIn(first.containers), async ({ id }) =>
      processesOf(first, id),
    );
    return found.map((one) => ({ ...one, isToldByContainer }));
  },
});
