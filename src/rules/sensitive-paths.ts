import { isWithin } from '../snapshot/normalise/host-path.ts';
import { touches } from './dangerous-places.ts';
import { isEngineSocket } from './mounts.ts';
import { isUserKeys, sessionAt } from './users-places.ts';

/** True for a host path that no container should see. */
export type IsSensitive = (path: string) => boolean;

/** Equal to, inside, or parent of a sensitive path; `/` itself holds everything, so only equal. */
export function sensitivity(
  sensitivePaths: readonly string[],
  socketPaths: readonly string[],
  dataRoot: string | null,
): IsSensitive {
  // Sockets, and what lies beside them, belong to no-docker-socket-mount.
  const holdsSocket = (path: string) => socketPaths.some((one) => isWithin(one, path));
  const holdsData = (path: string) =>
    dataRoot !== null && dataRoot !== '' && touches(path, dataRoot) && !holdsSocket(path);
  return (path) =>
    !isEngineSocket(path, socketPaths) &&
    (holdsData(path) ||
      isUserKeys(path) ||
      sessionAt(path) !== null ||
      sensitivePaths.some((one) => (one === '/' ? path === '/' : touches(path, one))));
}
