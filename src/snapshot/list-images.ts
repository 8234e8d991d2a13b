import type { EngineReader } from './collector.ts';
import { answerList, field, foreign, listOrEmpty, pathId, text } from './foreign.ts';
import { listContainers } from './list-containers.ts';
import { isRealReference } from './normalise/image.ts';
import { isMarkedAsProbeImage } from './probe-container.ts';
import type { Listed } from './read-each.ts';

/**
 * Every image that has a name or is in use. All collectors ask alike, so that the engine is asked once. Without
 * `all` the engine leaves out the steps of a build, and also an image that lost its tag but has children. A
 * container may still run from such a one, so the images in use are added. That of another scan's kernel probe is
 * none of the host's.
 */
export async function listImages(engine: EngineReader): Promise<Listed[]> {
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
