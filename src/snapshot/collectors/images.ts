import { defineCollector, type SubjectList } from '../collector.ts';
import type { ImageFacts } from '../facts/image.ts';
import { foreign } from '../foreign.ts';
import { listImages } from '../list-images.ts';
import { imageFacts } from '../normalise/image.ts';
import { byNameThenId, readEach } from '../read-each.ts';

export const images = defineCollector({
  id: 'images',
  purpose: 'Configuration and build steps of every image that has a name or is in use.',
  reads: [
    'GET /images/json',
    'GET /containers/json',
    'GET /images/{id}/json',
    'GET /images/{id}/history',
  ],
  async collect({ engine }): Promise<SubjectList<ImageFacts>> {
    const { read, unread } = await readEach(await listImages(engine), async ({ id, name }) => {
      const [inspected, history] = await Promise.all([
        engine.get(`/images/${id}/json`),
        engine.get(`/images/${id}/history`),
      ]);
      const facts = imageFacts(
        foreign('GET /images/{id}/json', inspected),
        foreign('GET /images/{id}/history', history),
      );
      return { id, name, facts };
    });
    return { read: read.sort(byNameThenId).map(({ facts }) => facts), unread };
  },
});
