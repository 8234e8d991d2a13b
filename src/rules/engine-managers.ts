import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { isByOverlay, reachesSocket } from './mounts.ts';
import { parseReference } from './references.ts';

/** Images whose program manages engines, whatever is mounted: it may reach others by the network. */
const MANAGERS = /\/portainer\//;

/** A mount that shows a socket of an engine, or a folder with one in it, by the path that does. */
export interface SocketMount {
  one: ShownMount;
  path: string;
  isByOverlay: boolean;
}

/** What shows a socket of an engine among what a container has mounted. */
export const socketMounts = (
  shown: readonly ShownMount[],
  socketPaths: readonly string[],
): SocketMount[] =>
  shown.flatMap((one) =>
    one.things.flatMap((thing) =>
      thing.kind === 'path' && reachesSocket(thing.path, one, socketPaths)
        ? [{ one, path: thing.path, isByOverlay: isByOverlay(thing) }]
        : [],
    ),
  );

/** True for an image of a program that manages engines. */
export const isManagerImage = ({
  imageReference,
}: Pick<ContainerFacts, 'imageReference'>): boolean =>
  MANAGERS.test(parseReference(imageReference).repository);

/**
 * The image of an engine for containers listens on port 2376 alone and asks for the certificates in the folder of this
 * variable, unless it is told of none: then on 2375 alone.
 */
export const ENTRYPOINT = 'dockerd-entrypoint.sh';
export const TLS_FOLDER = 'DOCKER_TLS_CERTDIR';

/** Whether an engine in a container is told to ask for certificates; null where that is not known. */
export function innerAsksForCertificates({
  executable,
  hasNoArguments,
  environment,
}: Pick<ContainerFacts, 'executable' | 'hasNoArguments' | 'environment'>): boolean | null {
  const folder = environment.find(({ name }) => name === TLS_FOLDER);
  if (folder?.valueClass === 'empty') return false;
  const isTold = folder !== undefined && executable.endsWith(ENTRYPOINT);
  return isTold && hasNoArguments ? true : null;
}
