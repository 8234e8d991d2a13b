import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { networksCalled } from '../snapshot/own-networks.ts';
import { settingsOf } from '../snapshot/own-settings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { firewallOf } from './publishing.ts';

/**
 * First version that drops what another machine sends to the address of a container itself, or to a loopback address, past
 * the address on which a port is published (release notes of moby 28.0; issue 45610 of moby).
 */
const FIRST_TO_DROP = 28;

type Sections = Pick<Snapshot, 'engine' | 'networks' | 'hostFiles' | 'hostProcesses'>;

/**
 * Whether machines on a link of the host reach a port of a container past the address on which it is published, as whoever
 * sets a route to the bridge does: null where nobody knows, which it is without the settings of the engine.
 */
export function reachedPastAddress(
  snapshot: Sections,
): (container: Pick<ContainerFacts, 'networks' | 'networkIds'>) => boolean | null {
  const byEngine = dropsNothing(snapshot);
  const { networks } = snapshot;
  if (byEngine === true || networks.state === 'unread') return () => byEngine;
  return (container) => {
    const own = container.networks.flatMap((name) =>
      networksCalled(name, container, networks.value),
    );
    return own.some(({ isRouted, trustsLinks }) => isRouted || trustsLinks) || byEngine;
  };
}

function dropsNothing(snapshot: Sections): boolean | null {
  const { engine } = snapshot;
  if (engine.state === 'unread') return null;
  const { version, isPodman, isRootless } = engine.value;
  // A program of the host opens it, and no packet is sent on.
  if (isRootless) return false;
  const major = Number(/^v?([1-9]\d{0,3})\./.exec(version)?.[1]);
  const { managesIptables } = firewallOf(snapshot);
  const isManaged = managesIptables.state === 'read' && managesIptables.value;
  // Without rules of the engine those of the host decide, which nobody reads.
  if (isPodman || Number.isNaN(major) || !isManaged) return null;
  if (major < FIRST_TO_DROP) return true;
  const settings = settingsOf(snapshot, 'allow-direct-routing');
  return settings.state === 'read' ? settings.value.allowsDirectRouting === true : null;
}
