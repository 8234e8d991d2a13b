import { type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerKernelFacts } from './facts/kernel.ts';
import type { MountSource } from './facts/mount-source.ts';
import type { NetworkFacts } from './facts/network.ts';
import { needsFilesLevel } from './needed-level.ts';
import type { Snapshot } from './snapshot.ts';

/** What is known of the mounts of a container beside what the engine was asked for. */
export interface SeenMounts {
  /** Null where nobody asked the kernel. */
  kernel: ContainerKernelFacts | null;
  /** Where a path of the host leads; null at the level `api`, which follows none. */
  sources: Reading<(path: string) => Omit<MountSource, 'path'>> | null;
  /** Where engines were seen to listen, beside what the engine tells of itself. */
  sockets: readonly string[];
  /**
   * Addresses and names of the host, in lower case: its own on the bridges of the engine. Null where the
   * networks were not read.
   */
  hostAddresses: readonly string[] | null;
}

/** Looks that up for one container of a snapshot. */
export function seenMounts(
  {
    kernel,
    mountSources,
    hostProcesses,
    networks,
    engine,
  }: Pick<Snapshot, 'kernel' | 'mountSources' | 'hostProcesses' | 'networks' | 'engine'>,
  id: string,
): SeenMounts {
  const own =
    kernel.state === 'read'
      ? kernel.value.containers.find(({ containerId }) => containerId === id)?.facts
      : undefined;
  return {
    kernel: own?.state === 'read' ? own.value : null,
    sources: sourcesIn(mountSources),
    sockets:
      hostProcesses.state === 'read' && hostProcesses.value.engineSockets.state === 'read'
        ? hostProcesses.value.engineSockets.value
        : [],
    hostAddresses:
      networks.state === 'read'
        ? [
            ...bridgeAddresses(networks.value),
            ...(engine.state === 'read' ? [engine.value.name.toLowerCase()] : []),
          ]
        : null,
  };
}

/** Addresses of the host: on a bridge the gateway is the host, on other networks a machine of the network. */
export const bridgeAddresses = (networks: readonly NetworkFacts[]): string[] =>
  networks.flatMap(({ driver, gateways }) => (driver === 'bridge' ? gateways : []));

function sourcesIn(section: Snapshot['mountSources']): SeenMounts['sources'] {
  if (section.state === 'unread') return section.reason === needsFilesLevel ? null : section;
  return read(
    (path) =>
      section.value.find((one) => one.path === path) ?? {
        leadsTo: unread(`${path} was not looked at`),
      },
  );
}
