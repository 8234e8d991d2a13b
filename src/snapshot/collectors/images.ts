import { defineCollector, type EngineReader, type SubjectList } from '../collector.ts';
import type { ImageFacts } from '../facts/image.ts';
import { answerList, field, foreign, listOrEmpty, pathId, text } from '../foreign.ts';
import { listContainers } from '../list-containers.ts';
import { imageFacts, isRealReference } from '../normalise/image.ts';
import { isMarkedAsProbeImage } from '../probe-container.ts';
import { byNameThenId, type Listed, readEach } from '../read-each.ts';

export const images = defineCollector({
  id: 'images',
  purpose: 'Configuration and build steps of every image that has a name or is in use.',
  reads: [
    'GET /images/json',
    'GET /containers/json',
    'GET /images/{id}/json',
    'GET /images/{id}/history',
  ],
  async collect(engine): Promise<SubjectList<ImageFacts>> {
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

/**
 * Without `all` the engine leaves out the steps of a build, and also an image that lost its tag but
 * has children. A container may still run from such a one, so the images in use are added. That of
 * another scan's kernel probe is none of the host's.
 */
async function listImages(engine: EngineReader): Promise<Listed[]> {
  const [answer, containers] = await Promise.all([
    engine.get('/images/json', { all: '0' }),
    listContainers(engine),
  ]);
  const used = containers.map(({ imageId }) => imageId).filter((id) => id !== null);
  const names = new Map(used.map((id) => [id, id]));
  for (const image of answerList(foreign('GET /images/json', answer))) {
    const id = pathId(field(image, 'Id'));
    if (isMarkedAsProbeImage(image) && !names.has(id)) continue;
    const tags = listOrEmpty(field(image, 'RepoTags')).map(text).filter(isRealReference).sort();
    names.set(id, tags[0] ?? id);
  }
  return [...names].map(([id, name]) => ({ id, name }));
}
