import { defineCollector, type SubjectList } from '../collector.ts';
import type { ContainerFacts } from '../facts/container.ts';

export const containers = defineCollector({
  id: 'containers',
  purpose: 'Configuration of every container in every state.',
  reads: ['GET /containers/json', 'GET /containers/{id}/json', 'GET /containers/{id}/archive', 'GET /volumes'],
  async collect(_engine): Promise<SubjectList<ContainerFacts>> {
    throw new Error('not built yet');
  },
});
