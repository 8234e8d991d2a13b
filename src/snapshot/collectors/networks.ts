import { defineCollector } from '../collector.ts';
import type { NetworkFacts } from '../facts/network.ts';

export const networks = defineCollector({
  id: 'networks',
  purpose: 'Networks and their isolation options.',
  reads: ['GET /networks'],
  async collect(_engine): Promise<NetworkFacts[]> {
    throw new Error('not built yet');
  },
});
