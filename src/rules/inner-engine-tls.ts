import type { ContainerFacts } from '../snapshot/facts/container.ts';

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
