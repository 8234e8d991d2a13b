import { OutsideError, statusOf } from '../../shared/errors.ts';
import { read, unread } from '../../shared/reading.ts';
import { defineCollector, type EngineReader } from '../collector.ts';
import type { ContainerLimits } from '../facts/limits.ts';
import { foreign } from '../foreign.ts';
import { type ListedContainer, listContainers } from '../list-containers.ts';
import { limitFacts } from '../normalise/limits.ts';
import { isPodman } from '../podman.ts';
import { byNameThenId } from '../read-each.ts';

/** One answer at once; without `one-shot` the engine waits a second for a second sample. */
const ONE_SHOT = { stream: '0', 'one-shot': '1' } as const;

export const limits = defineCollector({
  id: 'limits',
  purpose: 'Limits that the control groups of running containers really have.',
  reads: ['GET /version', 'GET /containers/json', 'GET /containers/{id}/stats'],
  async collect(engine): Promise<ContainerLimits[]> {
    const isOnPodman = await isPodman(engine);
    const listed = (await listContainers(engine)).sort(byNameThenId);
    const found = await Promise.all(
      listed.map((container) => readLimits(engine, container, isOnPodman)),
    );
    return found.filter((container) => container !== null);
  },
});

/** Null for a container that has gone since it was listed. */
async function readLimits(
  engine: EngineReader,
  { id, state }: ListedContainer,
  isOnPodman: boolean,
): Promise<ContainerLimits | null> {
  if (state !== 'running' && state !== 'paused') {
    return { containerId: id, limits: unread('the container is not running') };
  }
  try {
    const body = await engine.get(`/containers/${id}/stats`, ONE_SHOT);
    return {
      containerId: id,
      limits: read(limitFacts(foreign('GET /containers/{id}/stats', body), isOnPodman)),
    };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    if (statusOf(error) === 404) return null;
    return { containerId: id, limits: unread(error.message) };
  }
}
