import { compareText } from '../../shared/text.ts';
import { defineCollector } from '../define-collector.ts';
import type { VolumeFacts } from '../facts/volume.ts';
import { valueIn } from '../outcome.ts';

export const volumes = defineCollector({
  purpose: 'Volumes, and local ones that hide a host path.',
  reads: ['GET /volumes'],
  collect: async ({ first }): Promise<VolumeFacts[]> =>
    valueIn(first.volumes).toSorted((a, b) => compareText(a.name, b.name)),
});
