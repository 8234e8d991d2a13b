import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutsideError, statusOf } from '../shared/errors.ts';
import { answerList, count, type Foreign, field, foreign, pathId } from '../snapshot/foreign.ts';
import {
  isMarkedAsExport,
  isMarkedAsProbe,
  probeLabel,
  probeNamePrefix,
} from '../snapshot/probe-container.ts';
import { readAnswer, readHeaders } from './answer-status.ts';
import { limits } from './limits.ts';
import type { Ask, EngineConnection } from './open-connection.ts';

const REMOVAL_ATTEMPTS = 3;
const REMOVAL_PAUSE_MS = 100;

/** No snapshot lasts that long: what is older belongs to a Seawall that died. */
export const defaultLeftoverSeconds = limits.hostTimeoutMs / 1000;

/** One through which a file system is read is there for as long as that may take. */
const exportLeftoverSeconds = (limits.exportMs * 2) / 1000;

/** Body of `POST /containers/create` for a container of ours: of nobody, without network, capability or a place to write to. */
export const bodyOfProbe = (
  own: { Image: string; Labels?: object } & Record<string, unknown>,
  host: object,
) => ({
  ...own,
  User: '65534:65534',
  // Otherwise Docker runs itself once more for one that is started, to set up what is none.
  NetworkDisabled: true,
  Labels: { [probeLabel]: '1', ...own.Labels },
  HostConfig: {
    NetworkMode: 'none',
    IpcMode: 'none',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    LogConfig: { Type: 'none' },
    ...host,
  },
});

export const newProbeName = (): string => `${probeNamePrefix}${randomBytes(6).toString('hex')}`;

/** Makes a call and reads its good answer, which is JSON; `what` names the call. Rejects as `readAnswer`. */
export async function askJson(ask: Ask, call: Parameters<Ask>[0], what: string): Promise<Foreign> {
  return foreign(what, await ask(call, readAnswer(what)));
}

/** Creates a container; its id. Rejects as `ask` does, and then has left none behind. */
export async function createProbe(
  connection: EngineConnection,
  name: string,
  body: object,
): Promise<string> {
  const call = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
  try {
    return pathId(field(await askJson(connection.ask, call, 'POST /containers/create'), 'Id'));
  } catch (error) {
    // The engine may have made it and only the answer was lost.
    if (error instanceof OutsideError && error.status === null) await removeProbe(connection, name);
    throw error;
  }
}

/** Creates a container, hands it on and removes it, however that ends. */
export async function withProbe<T>(
  connection: EngineConnection,
  body: object,
  use: (id: string) => Promise<T>,
): Promise<T> {
  const id = await createProbe(connection, newProbeName(), body);
  try {
    return await use(id);
  } finally {
    await removeProbe(connection, id);
  }
}

/**
 * A removal that fails takes no reading with it: the next snapshot removes what is left. An engine that
 * still looks into the container for an earlier call says 500 and is asked again.
 */
export async function removeProbe(connection: EngineConnection, probe: string): Promise<void> {
  const query = { force: '1', v: '1' };
  const call = { method: 'DELETE', path: `/containers/${probe}`, query } as const;
  const what = 'DELETE /containers/{id}';
  await removeGently(connection, call, { what, busyStatus: 500, attempts: REMOVAL_ATTEMPTS });
}

/**
 * Removes what Seawall made, at last when the engine has answered so often that it is busy with it. Takes a
 * failure of the outside for an answer.
 */
export async function removeGently(
  { askToRemove }: EngineConnection,
  call: Parameters<Ask>[0],
  { what, busyStatus, attempts }: { what: string; busyStatus: number; attempts: number },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await askToRemove(call, readHeaders(what));
      return;
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      if (statusOf(error) !== busyStatus || attempt >= attempts) return;
      await sleep(REMOVAL_PAUSE_MS);
    }
  }
}

/** Every container or image that has the label of a probe, as the engine lists it. */
export async function listLabelled(
  { ask }: EngineConnection,
  path: '/containers/json' | '/images/json',
): Promise<Foreign[]> {
  const query = { all: '1', filters: JSON.stringify({ label: [`${probeLabel}=1`] }) };
  return answerList(await askJson(ask, { method: 'GET', path, query }, `GET ${path}`));
}

/**
 * Removes the probes that a Seawall which died has left. Ages are compared with that of our own (`ownId`),
 * so that no clock but the engine's is asked.
 */
export async function removeOldProbes(
  connection: EngineConnection,
  ownId: string,
  leftoverSeconds?: number,
): Promise<void> {
  const probes = await listLabelled(connection, '/containers/json');
  const own = probes.find((probe) => field(probe, 'Id').value === ownId);
  if (!own) return;
  const now = count(field(own, 'Created'));
  await removeLeftoverProbes(connection, probes, now, new Set(), leftoverSeconds);
}

/**
 * Removes the probes among these containers that a Seawall which died has left: those that never
 * ran, those that ended and were made of one of the given images, and those without an image, which
 * the engine could not remove at the first time. `now` is the engine's time.
 */
export async function removeLeftoverProbes(
  connection: EngineConnection,
  containers: readonly Foreign[],
  now: number,
  images: ReadonlySet<unknown>,
  leftoverSeconds = defaultLeftoverSeconds,
): Promise<void> {
  const leftovers = containers.filter((container) => {
    const state = field(container, 'State').value;
    const image = field(container, 'ImageID').value;
    const isOurs =
      state === 'created' ||
      ((state === 'exited' || state === 'dead') && images.has(image)) ||
      ((state === 'removing' || state === 'dead') && image === '');
    const age = now - count(field(container, 'Created'));
    const least = isMarkedAsExport(container) ? exportLeftoverSeconds : 0;
    return isMarkedAsProbe(container) && isOurs && age > Math.max(leftoverSeconds, least);
  });
  await Promise.all(leftovers.map((one) => removeProbe(connection, pathId(field(one, 'Id')))));
}
