import { read, unread } from '../../shared/reading.ts';
import { ONE_SHOT } from '../call-queries.ts';
import { defineCollector } from '../define-collector.ts';
import type { ContainerLimits, LimitFacts } from '../facts/limits.ts';
import { countOrZero, type Foreign, field, fieldWithin, foreign, isAbsent } from '../foreign.ts';
import { readPerContainer, valueIn } from '../outcome.ts';

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

/**
 * The limits in one answer of `GET /containers/{id}/stats`. On cgroup v1 the limit of a group above
 * stands apart (`hierarchical_memory_limit`), and unlimited is a number near 2^63. Without memory is the
 * answer of a container that just ended, and of one whose control groups have no controller of memory.
 */
function limitFacts(stats: Foreign, isPodman: boolean): LimitFacts {
  const memory = field(stats, 'memory_stats');
  const own = fieldWithin(memory, 'limit');
  const above = fieldWithin(memory, 'stats', 'hierarchical_memory_limit');
  return {
    memoryBytes: isAbsent(own) ? unread(NO_MEMORY) : read(smaller(limit(own), limit(above))),
    pids: pidsLimit(stats, isPodman),
  };
}

const NO_MEMORY =
  'the engine tells no memory of it: it has just ended, or the control groups of the host count none';

/** Docker leaves a limit out that does not exist, Podman every one. */
function pidsLimit(stats: Foreign, isPodman: boolean): LimitFacts['pids'] {
  const found = fieldWithin(stats, 'pids_stats', 'limit');
  if (isPodman && isAbsent(found)) return unread('Podman does not tell the limit of processes');
  return read(isAbsent(found) ? null : limit(found));
}

/** Null for none: missing, 0 and everything beyond 2^53, which is how "unlimited" is written. */
function limit(found: Foreign): number | null {
  const value = isAbsent(found) || typeof found.value !== 'number' ? 0 : found.value;
  if (!Number.isSafeInteger(value)) return null;
  return countOrZero(found) > 0 ? value : null;
}

function smaller(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
