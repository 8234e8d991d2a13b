import { type Evidence, interfacesRead } from './evidence.ts';
import type { ContainerFacts } from './facts/container.ts';
import type { ContainerKernelFacts } from './facts/kernel.ts';
import { areNoNetworks } from './own-networks.ts';

/** A network that the engine does not tell of, in which a container is that was given none. */
export interface UnlistedNetwork {
  /** A sentence about the container whose network it is. */
  why: string;
  evidence: Evidence[];
}

/**
 * By the interfaces that the kernel has where there should be none, in the network of `owner`; `kernel` is what it says of
 * whoever is there. Null where it has none, or was not asked.
 */
export function unlistedNetwork(
  { networks }: Pick<ContainerFacts, 'networks'>,
  kernel: ContainerKernelFacts | null,
): UnlistedNetwork | null {
  const interfaces = kernel?.interfaces;
  if (!areNoNetworks(networks) || interfaces === undefined) return null;
  if (interfaces.state === 'unread') {
    const why = `which interfaces its network has was not read: ${interfaces.reason}`;
    return { why, evidence: [] };
  }
  const names = interfaces.value;
  const [first] = names;
  if (first === undefined) return null;
  const more = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  return {
    why: `its network has the interface ${first}${more}, which the engine did not give it, and where that leads was not read`,
    evidence: [interfacesRead('interfaces', names)],
  };
}
