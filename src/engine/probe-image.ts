import { OutsideError, statusOf } from '../shared/errors.ts';
import {
  count,
  type Foreign,
  field,
  list,
  listOrEmpty,
  pathId,
  text,
} from '../snapshot/foreign.ts';
import { isMarkedAsProbeImage, probeLabel, probeRepository } from '../snapshot/probe-container.ts';
import type { EngineConnection } from './open-connection.ts';
import {
  askJson,
  defaultLeftoverSeconds,
  listLabelled,
  removeGently,
  removeLeftoverProbes,
} from './probe-calls.ts';
import type { ProbeProgram } from './probe-program.ts';

/** An engine that is just removing the container of an image refuses the image for a moment. */
const REMOVAL_ATTEMPTS = 20;

/**
 * Makes the image of the probe out of our own tar, without a registry; its id. It is used by this
 * id alone, which no other import can take, and only after the engine said that its one layer has
 * the hash of the tar and that the label is there. Rejects with `OutsideError`.
 */
export async function importProbeImage(
  connection: EngineConnection,
  { tar, layer }: ProbeProgram,
): Promise<string> {
  const what = 'POST /images/create';
  const tag = layer.slice('sha256:'.length).slice(0, 12);
  const query = {
    fromSrc: '-',
    repo: probeRepository,
    tag,
    // One only: Podman takes what follows on a second line for a part of the label.
    changes: `LABEL ${probeLabel}=1`,
  };
  const call = { method: 'POST', path: '/images/create', query, tar } as const;
  let id: string;
  try {
    id = pathId(field(await askJson(connection.ask, call, what), 'status'));
  } catch (error) {
    // The engine may have made it and only the answer was lost.
    if (error instanceof OutsideError && error.status === null) {
      await removeProbeImage(connection, `${probeRepository}:${tag}`);
    }
    throw error;
  }
  try {
    const image = await inspectImage(connection, id);
    const labels = field(image, 'Config', 'Labels');
    if (holdsOnly(image, layer) && field(labels, probeLabel).value === '1') return id;
    throw new OutsideError('engine-invalid-answer', `${what}: the image is not what was sent`);
  } catch (error) {
    await removeProbeImage(connection, id);
    throw error;
  }
}

/** A removal that fails takes no reading with it: the next snapshot removes what is left. */
export async function removeProbeImage(
  connection: EngineConnection,
  image: string,
  attempts = REMOVAL_ATTEMPTS,
): Promise<void> {
  const call = { method: 'DELETE', path: `/images/${image}` } as const;
  const what = 'DELETE /images/{id}';
  await removeGently(connection, call, { what, busyStatus: 409, attempts });
}

/** Ids of the labelled images whose one layer is our very program. Rejects with `OutsideError`. */
export async function findProbeImages(
  connection: EngineConnection,
  { layer }: ProbeProgram,
): Promise<Set<string>> {
  const listed = (await listLabelled(connection, '/images/json')).filter(isMarkedAsProbeImage);
  return provenAmong(connection, listed.map(idOf), layer);
}

async function provenAmong(
  connection: EngineConnection,
  candidates: readonly string[],
  layer: string,
): Promise<Set<string>> {
  const ids = await Promise.all(
    candidates.map(async (id) => {
      try {
        return holdsOnly(await inspectImage(connection, id), layer) ? [id] : [];
      } catch (error) {
        if (statusOf(error) === 404) return [];
        throw error;
      }
    }),
  );
  return new Set(ids.flat());
}

/**
 * Removes containers and images of kernel probes that a Seawall which died has left, and containers
 * of the level `files`. Ages are compared with the image that was just made, so that no clock but the
 * engine's is asked. Rejects with `OutsideError`.
 */
export async function removeLeftovers(
  connection: EngineConnection,
  { layer }: ProbeProgram,
  ownImage: string,
  leftoverSeconds = defaultLeftoverSeconds,
): Promise<void> {
  const [images, containers] = await Promise.all([
    listLabelled(connection, '/images/json'),
    listLabelled(connection, '/containers/json'),
  ]);
  const own = images.find((image) => idOf(image) === ownImage);
  if (!own) return;
  const now = count(field(own, 'Created'));
  const marked = images.filter(isMarkedAsProbeImage);
  // One that lost its tag could be anyone's who built on ours, unless it holds just our program.
  const [tagged, tagless] = [marked.filter(hasTag), marked.filter((image) => !hasTag(image))];
  const proven = await provenAmong(connection, tagless.map(idOf), layer);
  const ours = [...tagged, ...tagless.filter((image) => proven.has(idOf(image)))];
  const ids = new Set(ours.map(idOf));
  await removeLeftoverProbes(connection, containers, now, ids, leftoverSeconds);
  const old = ours.filter((image) => now - count(field(image, 'Created')) > leftoverSeconds);
  await Promise.all(old.map((image) => removeProbeImage(connection, idOf(image), 1)));
}

const idOf = (image: Foreign): string => pathId(field(image, 'Id'));

const hasTag = (image: Foreign): boolean =>
  listOrEmpty(field(image, 'RepoTags')).some((tag) => tag.value !== '<none>:<none>');

/** Rejects with `OutsideError`. */
export const inspectImage = ({ ask }: EngineConnection, id: string): Promise<Foreign> =>
  askJson(ask, { method: 'GET', path: `/images/${id}/json` }, 'GET /images/{id}/json');

function holdsOnly(image: Foreign, layer: string): boolean {
  const layers = list(field(image, 'RootFS', 'Layers')).map(text);
  return layers.length === 1 && layers[0] === layer;
}
