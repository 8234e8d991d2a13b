import { statusOf } from '../shared/errors.ts';
import type { EngineReader } from './collector.ts';
import { answerList, count, field, foreign, text } from './foreign.ts';
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

/** A path at which a container differs from its image; a directory stands for what is in it, too. */
export interface ContainerChange {
  path: string;
  isAdded: boolean;
  isDeleted: boolean;
}

/**
 * Everything that a container changed in the files of its image. The engine looks at all that the
 * container wrote, so ask few of them. Rejects with `OutsideError`.
 */
export async function containerChanges(
  engine: EngineReader,
  id: string,
): Promise<ContainerChange[]> {
  const body = await engine.get(`/containers/${id}/changes`);
  // Null is the engine's word for nothing.
  const changes = body === null ? [] : answerList(foreign('GET /containers/{id}/changes', body));
  return changes.map((change) => {
    // 0 modified, 1 added, 2 deleted.
    const kind = count(field(change, 'Kind'));
    return { path: text(field(change, 'Path')), isAdded: kind === 1, isDeleted: kind === 2 };
  });
}
