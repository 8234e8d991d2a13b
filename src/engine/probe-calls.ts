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
import { readHeaders } from './answer-status.ts';
import { limits } from './limits.ts';
import type { EngineConnection } from './open-connection.ts';
import { readAnswer } from './read-answer.ts';

const REMOVAL_ATTEMPTS = 3;
const REMOVAL_PAUSE_MS = 100;

/** No snapshot lasts that long: what is older belongs to a Seawall that died. */
export const defaultLeftoverSeconds = limits.hostTimeoutMs / 1000;

/** One through which a file system is read is there for as long as that may take. */
const exportLeftoverSeconds = (limits.exportMs * 2) / 1000;

export const newProbeName = (): string => `${probeNamePrefix}${randomBytes(6).toString('hex')}`;

/** Creates a container; its id. Rejects as `ask` does, and then has left none behind. */
export async function createProbe(
  connection: EngineConnection,
  name: string,
  body: object,
): Promise<string> {
  const what = 'POST /containers/create';
  const call = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
  try {
    const answer = await connection.ask(call, (response, signal, allowance) =>
      readAnswer(response, what, signal, allowance),
    );
    return pathId(field(foreign(what, answer), 'Id'));
  } catch (error) {
    // The engine may have made it and only the answer was lost.
    if (error instanceof OutsideError && error.status === null) await removeProbe(connection, name);
    throw error;
  }
}

/**
 * A removal that fails takes no reading with it: the next snapshot removes what is left. An engine that
 * still looks into the container for an earlier call says 500 and is asked again.
 */
export async function removeProbe({ askToRemove }: EngineConnection, probe: string): Promise<void> {
  const query = { force: '1', v: '1' };
  const call = { method: 'DELETE', path: `/containers/${probe}`, query } as const;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await askToRemove(call, (response) => readHeaders(response, 'DELETE /containers/{id}'));
      return;
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      if (statusOf(error) !== 500 || attempt === REMOVAL_ATTEMPTS) return;
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
  const what = `GET ${path}`;
  const answer = await ask({ method: 'GET', path, query }, (response, signal, allowance) =>
    readAnswer(response, what, signal, allowance),
  );
  return answerList(foreign(what, answer));
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
    return (
      isMarkedAsProbe(container) &&
      isOurs &&
      age >
        (isMarkedAsExport(container)
          ? Math.max(leftoverSeconds, exportLeftoverSeconds)
          : leftoverSeconds)
    );
  });
  await Promise.all(leftovers.map((one) => removeProbe(connection, pathId(field(one, 'Id')))));
}
