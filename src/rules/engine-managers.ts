import type { ContainerFacts, MountFact } from '../snapshot/facts/container.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import { isEngineSocket } from './mounts.ts';
import { parseReference } from './references.ts';

/** Images whose program manages engines, whatever is mounted: it may reach others by the network. */
const MANAGERS = /\/portainer\//;

/** Mounts that hold a socket of the engine, or a folder with one of these in it. */
export function socketMounts(
  { mounts }: Pick<ContainerFacts, 'mounts'>,
  socketPaths: readonly string[],
): MountFact[] {
  return mounts.filter(
    ({ hostPath }) =>
      hostPath !== null &&
      (isEngineSocket(hostPath, socketPaths) ||
        socketPaths.some((socket) => isWithin(socket, hostPath))),
  );
}

/** Whether what runs in a container manages engines, by its image or what it is given. */
export const managesEngines = (
  container: Pick<ContainerFacts, 'mounts' | 'imageReference'>,
  socketPaths: readonly string[],
): boolean =>
  socketMounts(container, socketPaths).length > 0 ||
  MANAGERS.test(parseReference(container.imageReference).repository);
