import { defineCollector } from '../define-collector.ts';
import type { NetworkFacts } from '../facts/network.ts';
import { valueIn } from '../outcome.ts';

export const networks = defineCollector({
  purpose: 'Networks and their isolation options.',
  reads: ['GET /networks', 'GET /version'],
  collect: async ({ first }): Promise<NetworkFacts[]> => valueIn(first.networks),
});
