import { OutsideError, onOutside } from '../shared/errors.ts';
import { ALL_CONTAINERS } from './call-queries.ts';
import type { EngineReader } from './collector.ts';
import {
  answerList,
  containerName,
  type Foreign,
  field,
  foreign,
  listOrEmpty,
  pathId,
  referenceText,
  text,
  textOrEmpty,
} from './foreign.ts';
import { isRealReference } from './normalise/image.ts';
import { type ServiceNames, serviceNames } from './normalise/service-names.ts';
import type { Listed } from './outcome.ts';
import { isMarkedAsProbe, isMarkedAsProbeImage, isProbe } from './probe-container.ts';

export interface ListedContainer extends Listed {
  /** Null where the engine no longer knows it. */
  imageId: string | null;
  /** The engine's word, e.g. `running`. */
  state: string;
  /** By which it has its stable name, also where nothing else of it can be read. */
  services: ServiceNames;
}

/** Containers of one host that are looked at in a scan, running ones first: each makes some fifty judgements. */
export const CONTAINERS_READ_MAX = 1000;
/** Beyond as many a host is not looked at: each that is left out has to be named as well. */
const CONTAINERS_MAX = 2000;

/** Every container in every state but Seawall's own probes. Rejects as the reader does. */
export const listContainers = async (engine: EngineReader): Promise<ListedContainer[]> =>
  listedContainers(await engine.get('/containers/json', ALL_CONTAINERS), engine);

/** The same of an answer of `GET /containers/json`. */
export async function listedContainers(
  body: unknown,
  engine: Pick<EngineReader, 'probeImages'>,
): Promise<ListedContainer[]> {
  const listed = answerList(foreign('GET /containers/json', body));
  if (listed.length > CONTAINERS_MAX) {
    const detail = `GET /containers/json: ${listed.length} containers, more than ${CONTAINERS_MAX}`;
    throw new OutsideError('engine-answer-too-large', detail);
  }
  const provenImages = listed.some(isMarkedAsProbe) ? await imagesOfProbes(engine) : nothing;
  const others = listed.filter((container) => !isProbe(container, provenImages));
  const known = new Set<string>();
  return others.map((container) => {
    const id = pathId(field(container, 'Id'));
    // What is said of one is looked up by its id: of two, one would speak for both.
    if (known.has(id)) {
      const detail = `GET /containers/json: lists the container ${id} twice`;
      throw new OutsideError('engine-invalid-answer', detail);
    }
    known.add(id);
    const image = field(container, 'ImageID');
    const imageId = textOrEmpty(image) === '' ? null : pathId(image);
    const services = serviceNames(field(container, 'Labels'));
    const state = text(field(container, 'State'));
    return { id, name: nameOf(container) ?? id, imageId, state, services };
  });
}

const nothing: ReadonlySet<string> = new Set();

/** Where it cannot be told, nothing is proven and no container that ran is left out. */
const imagesOfProbes = async (
  engine: Pick<EngineReader, 'probeImages'>,
): Promise<ReadonlySet<string>> =>
  (await engine.probeImages?.().catch(onOutside(() => nothing))) ?? nothing;

/** Names beside its own are those that legacy links gave: `/other/alias`. */
const nameOf = (container: Foreign): string | undefined =>
  listOrEmpty(field(container, 'Names'))
    .map(containerName)
    .find((name) => !name.includes('/'));

/** Images of one host that are looked at in a scan, those in use first. */
export const IMAGES_READ_MAX = 1000;
/** Beyond as many none of them is. */
const IMAGES_MAX = 5000;

/** An image as `GET /images/json` lists it, named or not. */
export interface ListedImage extends Listed {
  /** Names and digests, also `<none>:<none>`, which older engines write. */
  references: string[];
  isMarkedAsProbe: boolean;
}

/** The images in an answer of `GET /images/json`. */
export function listedImages(body: unknown): ListedImage[] {
  const listed = answerList(foreign('GET /images/json', body));
  if (listed.length > IMAGES_MAX) {
    const detail = `GET /images/json: ${listed.length} images, more than ${IMAGES_MAX}`;
    throw new OutsideError('engine-answer-too-large', detail);
  }
  return listed.map((image) => {
    const id = pathId(field(image, 'Id'));
    const tags = listOrEmpty(field(image, 'RepoTags')).map(referenceText);
    const digests = listOrEmpty(field(image, 'RepoDigests')).map(referenceText);
    return {
      id,
      name: tags.filter(isRealReference).sort()[0] ?? id,
      references: [...tags, ...digests],
      isMarkedAsProbe: isMarkedAsProbeImage(image),
    };
  });
}

/**
 * Every image that has a name or is in use. Without `all` the engine leaves out the steps of a build, and
 * also an image that lost its tag but has children. A container may still run from such a one, so the
 * images in use (`used`) are added. That of another scan's kernel probe is none of the host's.
 */
export function imagesOf(listed: readonly ListedImage[], used: readonly string[]): Listed[] {
  const names = new Map(used.map((id) => [id, id]));
  for (const { id, name, isMarkedAsProbe } of listed) {
    if (!isMarkedAsProbe || names.has(id)) names.set(id, name);
  }
  return [...names].map(([id, name]) => ({ id, name }));
}
