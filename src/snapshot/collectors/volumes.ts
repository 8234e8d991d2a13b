import { defineCollector } from '../collector.ts';
import type { VolumeFacts } from '../facts/volume.ts';
import { foreign } from '../foreign.ts';
import { volumeFacts } from '../normalise/mounts.ts';

export const volumes = defineCollector({
  id: 'volumes',
  purpose: 'Volumes, and local ones that hide a host path.',
  reads: ['GET /volumes'],
  async collect({ engine }): Promise<VolumeFacts[]> {
    const found = volumeFacts(foreign('GET /volumes', await engine.get('/volumes')));
    return found.sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name));
  },
});
