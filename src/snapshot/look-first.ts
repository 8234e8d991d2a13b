import { OutsideError } from '../shared/errors.ts';
import { sideBySide } from '../shared/side-by-side.ts';
import { ALL_CONTAINERS, FINAL_IMAGES } from './call-queries.ts';
import type { CollectOptions, Endpoint, EngineReader } from './collector.ts';
import { processLists, withoutNested } from './container-processes.ts';
import type {
  ContainerLook,
  EngineVersion,
  FirstLook,
  ImageLook,
  ProcessesLook,
} from './define-collector.ts';
import { count, type Foreign, field, foreign, listOrEmpty, text, textOrEmpty } from './foreign.ts';
import { answerFor, containerIdentity, inspectedContainer } from './inspected-container.ts';
import { createKeeping, type KeepFacts } from './keep-facts.ts';
import {
  CONTAINERS_READ_MAX,
  IMAGES_READ_MAX,
  imagesOf,
  type ListedContainer,
  type ListedImage,
  listedContainers,
  listedImages,
} from './list-containers.ts';
import { type EngineLook, lookAtEngine } from './look-at-engine.ts';
import { lookAtJoined } from './look-at-joined.ts';
import { declaredImage } from './normalise/image.ts';
import { volumeFacts } from './normalise/mounts.ts';
import { bridgesOf, networkFacts } from './normalise/networks.ts';
import { serviceNames } from './normalise/service-names.ts';
import { attempt, attemptNow, type Outcome, valueIn } from './outcome.ts';
import { podmanDetails } from './podman.ts';

/** Every call that a first look may make; no collector makes one of them. */
export const firstCalls = [
  'GET /info',
  'GET /version',
  'GET /containers/json',
  'GET /containers/{id}/json',
  'GET /libpod/containers/{id}/json',
  'GET /containers/{id}/top',
  'GET /images/json',
  'GET /images/{id}/json',
  'GET /networks',
  'GET /volumes',
] as const satisfies readonly Endpoint[];
type FirstCall = (typeof firstCalls)[number];

export interface FirstRequest {
  reader: EngineReader;
  /** Calls of which somebody needs the answer; no other is made. */
  wanted: readonly Endpoint[];
  ownerLabel: CollectOptions['ownerLabel'];
  /** Epoch milliseconds, to compare the clock of the host with; without it they are not compared. */
  now?: (() => number) | undefined;
}

/**
 * Asks once what the collectors share, and keeps of each answer what they need. Never rejects: what
 * could not be read is a failure in its place.
 */
export async function lookFirst(request: FirstRequest): Promise<FirstLook> {
  const { reader } = request;
  const ask = createAsk(request);
  const keep = createKeeping();
  const asked = lookAtEngine(ask, request);
  const [onEngine, listed, imagesListed, ofNetworks, volumes] = await Promise.all([
    asked,
    ask('GET /containers/json', ({ value }) => listedContainers(value, reader), {
      query: ALL_CONTAINERS,
    }),
    ask('GET /images/json', ({ value }) => listedImages(value), { query: FINAL_IMAGES }),
    lookAtNetworks(ask, asked),
    ask('GET /volumes', async (answer) => volumeFacts(answer, isOnDocker(await asked))),
  ]);
  const isPodman = isOnPodman(onEngine);
  const [containers, ofImages] = await Promise.all([
    attempt(() => lookAtContainers(ask, { ...request, keep }, valueIn(listed), isPodman)),
    lookAtImages(ask, { keep, isPodman }, imagesListed, listed),
  ]);
  const processes = await attempt(() =>
    lookAtProcesses(request, valueIn(onEngine.version), valueIn(containers)),
  );
  return { ...onEngine, ...ofImages, ...ofNetworks, containers, processes, volumes };
}

const NOT_LOOKED_AT = { failure: new Error('nobody looked at it') };

/**
 * The same for one container alone, which is inspected already; nothing else of the host but what its
 * facts need.
 */
export async function lookFirstAt(
  request: FirstRequest,
  id: string,
  answer: Foreign,
): Promise<FirstLook> {
  const { reader, ownerLabel } = request;
  const ask = createAsk(request);
  const onEngine = await lookAtEngine(ask, request);
  const podman = isOnPodman(onEngine) ? await podmanDetails(reader, id) : null;
  const inspected = {
    value: inspectedContainer(answerFor(id, answer), podman, { ownerLabel, keep: createKeeping() }),
  };
  const { declared } = inspected.value;
  const hasLocalVolume =
    'value' in declared && declared.value.mounts.some(({ localVolume }) => localVolume !== null);
  const name = textOrEmpty(field(answer, 'Name')).replace(/^\//, '') || id;
  const state = textOrEmpty(field(answer, 'State', 'Status'));
  const services = serviceNames(field(answer, 'Config', 'Labels'));
  return {
    ...onEngine,
    containers: { value: [{ id, name, imageId: null, state, services, inspected }] },
    joined: await lookAtJoined(inspected.value, (path) =>
      ask('GET /containers/{id}/json', containerIdentity, { path }),
    ),
    volumes: hasLocalVolume
      ? await ask('GET /volumes', (answer) => volumeFacts(answer, isOnDocker(onEngine)))
      : NOT_LOOKED_AT,
    processes: NOT_LOOKED_AT,
    images: NOT_LOOKED_AT,
    imageReferences: NOT_LOOKED_AT,
    imageDetails: new Map(),
    networks: NOT_LOOKED_AT,
    bridges: NOT_LOOKED_AT,
  };
}

/** Where it cannot be asked, as through a socket proxy, it is taken for Docker. */
const isOnPodman = ({ version }: Pick<FirstLook, 'version'>): boolean =>
  'value' in version && version.value.isPodman;

/** False where nobody could ask. */
const isOnDocker = ({ version }: Pick<FirstLook, 'version'>): boolean =>
  'value' in version && !version.value.isPodman;

/** What comes of one call; a failure where nobody needs it. The answer is dropped at once. */
type Ask = <T>(
  call: FirstCall,
  normalise: (answer: Foreign) => T | Promise<T>,
  at?: { path?: string; query?: Readonly<Record<string, string>> },
) => Promise<Outcome<T>>;

function createAsk({ reader, wanted }: FirstRequest): Ask {
  return (call, normalise, { path = call.slice('GET '.length), query } = {}) =>
    attempt(async () => {
      requireWanted(call, wanted);
      return normalise(foreign(call, await reader.get(path, query)));
    });
}

function requireWanted(call: FirstCall, wanted: readonly Endpoint[]): void {
  if (!wanted.includes(call)) throw new Error(`${call} is not among the declared endpoints`);
}

/** What options of networks mean hangs on the engine. */
async function lookAtNetworks(
  ask: Ask,
  asked: Promise<EngineLook>,
): Promise<Pick<FirstLook, 'networks' | 'bridges'>> {
  const found = await ask('GET /networks', async (answer) => {
    const { version } = await asked;
    const told = 'value' in version ? version.value : null;
    const written = told && 'value' in told.written ? told.written.value : null;
    const engine = { isPodman: told?.isPodman ?? false, version: written };
    return {
      networks: attemptNow(() => networkFacts(answer, engine)),
      bridges: attemptNow(() => bridgesOf(answer)),
    };
  });
  return 'value' in found ? found.value : { networks: found, bridges: found };
}

type KeepingRequest = FirstRequest & { keep: KeepFacts };

/** Why the rest is left out of a scan, which one host could make endless. */
const beyond = (what: string, count: number, max: number) => ({
  failure: new OutsideError('engine-answer-too-large', `of ${count} ${what} ${max} are read`),
});

async function lookAtContainers(
  ask: Ask,
  request: KeepingRequest,
  listed: readonly ListedContainer[],
  isPodman: boolean,
): Promise<ContainerLook[]> {
  const isRunning = ({ state }: ListedContainer) => state === 'running' || state === 'paused';
  const some = new Set(
    [...listed.filter(isRunning), ...listed.filter((one) => !isRunning(one))].slice(
      0,
      CONTAINERS_READ_MAX,
    ),
  );
  const left = beyond('containers', listed.length, CONTAINERS_READ_MAX);
  return sideBySide(listed, (one) =>
    some.has(one)
      ? lookAtContainer(ask, request, one, isPodman)
      : { ...one, inspected: left, isLeftOut: true as const },
  );
}

async function lookAtContainer(
  ask: Ask,
  { reader, wanted, ownerLabel, keep }: KeepingRequest,
  listed: ListedContainer,
  isPodman: boolean,
): Promise<ContainerLook> {
  const { id } = listed;
  const isTold = isPodman && wanted.includes('GET /libpod/containers/{id}/json');
  const podman = isTold ? await podmanDetails(reader, id) : null;
  const normalise = (answer: Foreign) =>
    inspectedContainer(answerFor(id, answer), podman, { ownerLabel, keep });
  const path = `/containers/${id}/json`;
  return { ...listed, inspected: await ask('GET /containers/{id}/json', normalise, { path }) };
}

async function lookAtImages(
  ask: Ask,
  how: { keep: KeepFacts; isPodman: boolean },
  listed: Outcome<ListedImage[]>,
  containers: Outcome<ListedContainer[]>,
): Promise<Pick<FirstLook, 'images' | 'imageReferences' | 'imageDetails'>> {
  const used =
    'value' in containers ? containers.value.flatMap(({ imageId }) => imageId ?? []) : [];
  const images = attemptNow(() => {
    valueIn(containers);
    return imagesOf(valueIn(listed), used);
  });
  const named = 'value' in images ? images.value.map(({ id }) => id) : [];
  const all = [...new Set([...used, ...named])];
  const left = beyond('images', all.length, IMAGES_READ_MAX);
  const look = (answer: Foreign) => lookAtImage(answer, how);
  const details = await sideBySide([...all.entries()], async ([index, id]) => {
    if (index >= IMAGES_READ_MAX) return [id, left] as const;
    const path = `/images/${id}/json`;
    return [id, await ask('GET /images/{id}/json', look, { path })] as const;
  });
  return {
    images,
    imageReferences: attemptNow(() => valueIn(listed).flatMap(({ references }) => references)),
    imageDetails: new Map(details),
  };
}

const lookAtImage = (
  answer: Foreign,
  { keep, isPodman }: { keep: KeepFacts; isPodman: boolean },
): ImageLook => ({
  layers: attemptNow(() => layersOf(answer)),
  sizeBytes: attemptNow(() => count(field(answer, 'Size'))),
  declared: attemptNow(() => keep(declaredImage(answer, isPodman))),
});

/** Of running containers. Throws as `processLists` does. */
async function lookAtProcesses(
  { reader, wanted }: FirstRequest,
  version: EngineVersion,
  containers: readonly ContainerLook[],
): Promise<ProcessesLook> {
  requireWanted('GET /containers/{id}/top', wanted);
  const lists = processLists(reader, version);
  const found = await sideBySide(containers, async ({ id, state, inspected, isLeftOut }) => {
    if (isLeftOut && 'failure' in inspected) return [id, inspected] as const;
    const list = await attempt(() => lists.read(id, state, () => valueIn(valueIn(inspected).main)));
    return [id, list] as const;
  });
  const { isToldByContainer } = lists;
  const of = new Map(found);
  return { isToldByContainer, of: isToldByContainer ? of : withoutNested(of, mainsOf(containers)) };
}

/** Ids of containers by the numbers of their main processes. */
const mainsOf = (containers: readonly ContainerLook[]): Map<number, string> =>
  new Map(
    containers.flatMap(({ id, inspected }): [number, string][] => {
      const main = 'value' in inspected ? inspected.value.main : null;
      return main && 'value' in main && main.value ? [[main.value.pid, id]] : [];
    }),
  );

/** The layers of an inspected image as one text, the same for images of the same files; empty when it names none. */
const layersOf = (image: Foreign): string =>
  listOrEmpty(field(image, 'RootFS', 'Layers'))
    .map(text)
    .join(' ');
