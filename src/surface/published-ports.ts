import { type Evidence, inspected, serviceListed } from '../snapshot/evidence.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { ingressPorts } from './ingress-ports.ts';

type Publishing = Pick<ContainerFacts, 'ports' | 'state' | 'swarmService' | 'networks'>;

export interface Published {
  /** Of a container that runs what is open now, of another one what it will ask for. */
  own: PortFact[];
  /** What every node of its swarm opens for it. */
  bySwarm: PortFact[];
  /** Why not all that the swarm opens is known; null where it is. */
  gap: string | null;
}

/** Ports that the engine has open now: its networks, such as internal ones, may publish nothing of what it asked for. */
export const openPorts = ({ ports }: Pick<Publishing, 'ports'>): PortFact[] =>
  ports.filter(({ isOpen }) => isOpen);

/**
 * What a container publishes by itself: of one that runs what is open, of another one what it asks for, on the
 * address that all of its networks put in place of none.
 */
export function ownPorts(
  container: Pick<Publishing, 'ports' | 'state' | 'networks'>,
  networks: Snapshot['networks'],
): PortFact[] {
  if (container.state === 'running' || container.state === 'paused') return openPorts(container);
  const known = networks.state === 'read' ? networks.value : [];
  const addresses = new Set(
    container.networks.map((name) => known.find((one) => one.name === name)?.publishesOn ?? ''),
  );
  const [address = ''] = addresses.size === 1 ? addresses : [];
  return container.ports.map((port) => (port.hostIp === '' ? { ...port, hostIp: address } : port));
}

/** The ports of the host that are published for a container. */
export function publishedPorts(
  container: Publishing,
  sections: Pick<Snapshot, 'networks' | 'swarm'>,
): Published {
  const own = ownPorts(container, sections.networks);
  const ingress = ingressPorts(container, sections);
  return ingress.state === 'read'
    ? { own, bySwarm: ingress.value, gap: null }
    : { own, bySwarm: [], gap: ingress.reason };
}

/** Where ports are written down, those for which `isShown` is true, or all where it is for none. */
export function publishedEvidence(
  { own, bySwarm }: Published,
  isShown: (port: PortFact) => boolean,
  line: (port: PortFact) => string,
): Evidence[] {
  const isAny = [...own, ...bySwarm].some(isShown);
  const lines = (ports: readonly PortFact[]) =>
    ports.filter((one) => !isAny || isShown(one)).map(line);
  return [
    inspected('NetworkSettings.Ports', lines(own)),
    ...(bySwarm.length === 0 ? [] : [serviceListed('Endpoint.Ports', lines(bySwarm))]),
  ];
}
