import { defineCollector } from '../define-collector.ts';
import type { ContainerProcesses } from '../facts/process.ts';
import { processesOf } from '../first-look.ts';
import { valueIn } from '../outcome.ts';
import { readPerContainer } from '../per-container.ts';

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
