import { defineCollector } from '../collector.ts';
import type { VolumeFacts } from '../facts/volume.ts';

export const volumes = defineCollector({
  id: 'volumes',
  purpose: 'Volumes, and local ones that hide a host path.',
  reads: ['GET /volumes'],
  async collect(_engine): Promise<VolumeFacts[]> {
    throw new Error('not built yet');
  },
});
