import { statusOf } from '../shared/errors.ts';
import type { EngineReader } from './collector.ts';
import { type PathStat, parsePathStat } from './normalise/path-stat.ts';

/**
 * What lies at a path of a container in any state; a symlink is not followed. Null when there is no such
 * path, or no such container. Rejects with `OutsideError`.
 */
export async function statContainerPath(
  engine: EngineReader,
  id: string,
  path: string,
): Promise<PathStat | null> {
  try {
    const headers = await engine.head(`/containers/${id}/archive`, { path });
    return parsePathStat(headers['x-docker-container-path-stat'], 'HEAD /containers/{id}/archive');
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return null;
  }
}
