import { read, unread } from '../../shared/reading.ts';
import { defineCollector } from '../define-collector.ts';
import type { ContainerLimits } from '../facts/limits.ts';
import { foreign } from '../foreign.ts';
import { limitFacts } from '../normalise/limits.ts';
import { valueIn } from '../outcome.ts';
import { readPerContainer } from '../per-container.ts';

/** One answer at once; without `one-shot` the engine waits a second for a second sample. */
const ONE_SHOT = { stream: '0', 'one-shot': '1' } as const;

export const limits = defineCollector({
  purpose: 'Limits that the control groups of running containers really have.',
  reads: ['GET /version', 'GET /containers/json', 'GET /containers/{id}/stats'],
  async collect({ first, engine }): Promise<ContainerLimits[]> {
    const { isPodman: isOnPodman } = valueIn(first.version);
    return readPerContainer(valueIn(first.containers), async ({ id, state }) => {
      if (state !== 'running' && state !== 'paused') return unread('the container is not running');
      const body = await engine.get(`/containers/${id}/stats`, ONE_SHOT);
      return read(limitFacts(foreign('GET /containers/{id}/stats', body), isOnPodman));
    });
  },
});
