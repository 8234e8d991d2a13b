import { defineCollector } from '../collector.ts';
import type { EngineFacts } from '../facts/engine.ts';
import { foreign } from '../foreign.ts';
import { engineFacts } from '../normalise/engine.ts';

export const engine = defineCollector({
  id: 'engine',
  purpose: 'The engine itself: version, security options, warnings.',
  reads: ['GET /info', 'GET /version'],
  async collect({ engine }): Promise<EngineFacts> {
    const [info, version] = await Promise.all([engine.get('/info'), engine.get('/version')]);
    return engineFacts(
      foreign('GET /info', info),
      foreign('GET /version', version),
      engine.endpoint,
    );
  },
});
