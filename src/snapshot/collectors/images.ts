import { defineCollector, type SubjectList } from '../collector.ts';
import type { ImageFacts } from '../facts/image.ts';

export const images = defineCollector({
  id: 'images',
  purpose: 'Configuration and build steps of every image.',
  reads: ['GET /images/json', 'GET /images/{id}/json', 'GET /images/{id}/history'],
  async collect(_engine): Promise<SubjectList<ImageFacts>> {
    throw new Error('not built yet');
  },
});
