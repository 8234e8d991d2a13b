import { defineCollector } from '../collector.ts';
import type { SwarmFacts } from '../facts/swarm.ts';

export const swarm = defineCollector({
  id: 'swarm',
  purpose: 'Swarm state; on a manager also nodes and services.',
  reads: ['GET /info', 'GET /swarm', 'GET /nodes', 'GET /services'],
  async collect(_engine): Promise<SwarmFacts> {
    throw new Error('not built yet');
  },
});
