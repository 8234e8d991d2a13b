import { defineCollector } from '../collector.ts';
import type { ContainerProcesses } from '../facts/process.ts';

export const processes = defineCollector({
  id: 'processes',
  purpose: 'Programs and effective users of running containers.',
  reads: ['GET /containers/json', 'GET /containers/{id}/top'],
  async collect(_engine): Promise<ContainerProcesses[]> {
    throw new Error('not built yet');
  },
});
