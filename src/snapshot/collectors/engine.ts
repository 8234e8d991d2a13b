import { type Reading, read } from '../../shared/reading.ts';
import type { EngineReader } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { EngineFacts } from '../facts/engine.ts';
import type { PluginFacts } from '../facts/plugin.ts';
import { foreign } from '../foreign.ts';
import { pluginFacts } from '../normalise/plugins.ts';
import { asUnread, valueIn } from '../outcome.ts';

export const engine = defineCollector({
  purpose: 'The engine itself: version, security options, warnings, and its managed plugins.',
  reads: ['GET /info', 'GET /version', 'GET /plugins'],
  async collect({ first, engine: reader }): Promise<EngineFacts> {
    const facts = valueIn(first.engine);
    return facts.isPodman ? facts : { ...facts, plugins: await pluginsOf(reader) };
  },
});

/** Unread where the call is refused, as through a socket proxy: the rest of the engine is known all the same. */
async function pluginsOf(reader: EngineReader): Promise<Reading<PluginFacts[]>> {
  try {
    return read(pluginFacts(foreign('GET /plugins', await reader.get('/plugins'))));
  } catch (error) {
    return asUnread(error);
  }
}
