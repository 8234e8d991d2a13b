import { defineCollector } from '../collector.ts';
import type { EngineFacts } from '../facts/engine.ts';

export const engine = defineCollector({
  id: 'engine',
  purpose: 'The engine itself: version, security options, warnings.',
  reads: ['GET /info', 'GET /version'],
  async collect(_engine): Promise<EngineFacts> {
    throw new Error('not built yet');
  },
});
