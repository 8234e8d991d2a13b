import { defineCollector } from '../define-collector.ts';
import type { EngineFacts } from '../facts/engine.ts';
import { valueIn } from '../outcome.ts';

export const engine = defineCollector({
  id: 'engine',
  purpose: 'The engine itself: version, security options, warnings.',
  reads: ['GET /info', 'GET /version'],
  collect: async ({ first }): Promise<EngineFacts> => valueIn(first.engine),
});
