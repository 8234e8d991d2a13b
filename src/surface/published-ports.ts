import { distinct } from '../shared/distinct.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { type Evidence, inspected, serviceListed } from '../snapshot/evidence.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import type { SwarmServiceFacts } from '../snapshot/facts/swarm.ts';
import { isNoNetwork, networksCalled } from '../snapshot/own-networks.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isBesideHost } from './own-address.ts';

type Publishing = Pick<
  ContainerFacts,
  'ports' | 'state' | 'swarmService' | 'networks' | 'networkIds' | 'networkNamespace'
>;

/** The ports of the host that are published for one container. */
export interface Published {
  /** Of a container that runs what is open now, of another one what it will ask for. */
  own: PortFact[];
  /** What every node of its swarm opens for it. */
  bySwarm: PortFact[];
  /** Both. */
  all: PortFact[];
  /** Why not all that the engine, or the swarm, opens is known; null where it is. */
  gap: string | null;
  /** What it asks for of the engine and may have, see `unshownPorts`. */
  unshown: PortFact[];
}

/** Ports that the engine has open now: its networks, such as internal ones, may publish nothing of what it asked for. */
export const openPorts = ({ ports }: Pick<Publishing, 'ports'>): PortFact[] =>
  ports.filter(({ isOpen }) => isOpen);

/** Tells of sockets on the host's network which stand for a port that is published, and are no program's own. */
export function publishedSockets(
  running: readonly Pick<Publishing, 'ports'>[],
  snapshot: Pick<Snapshot, 'swarm'>,
): (socket: ListeningSocket) => boolean {
  const ports = [...running.flatMap(openPorts), ...allIngressPorts(snapshot)];
  const keyOf = ({ protocol }: { protocol: string }, address: string, port: number) =>
    `${protocol} ${port} ${address}`;
  const known = new Set(ports.map((port) => keyOf(port, port.hostIp, port.hostPort)));
  return (socket) =>
    [socket.address, ''].some((address) => known.has(keyOf(socket, address, socket.port)));
}

/** Whether Docker maps ports of the host to members of a network. */
const mapsPorts = (network: NetworkFacts): boolean =>
  !(
    network.isInternal ||
    network.isRouted === 'whole' ||
    isBesideHost(network) ||
    isNoNetwork(network)
  );

/**
 * What a container publishes by itself: of one that runs what is open, of another one what it asks for, on the
 * address that all of its networks put in place of none. Docker publishes nothing through an internal network (moby,
 * `getGatewayEndpoint`) or one whose driver or mode maps no ports; a rootless Podman does.
 */
function ownPorts(
  container: Omit<Publishing, 'swarmService'>,
  sections: Pick<Snapshot, 'networks' | 'engine'>,
): PortFact[] {
  if (isUp(container)) return openPorts(container);
  const open = openingNetworks(container, sections);
  if (open.length === 0 && container.networks.length > 0) return [];
  const addresses = new Set(open.map(({ publishesOn = '' }) => publishesOn));
  const [address = ''] = addresses.size === 1 ? addresses : [];
  return container.ports.map((port) => (port.hostIp === '' ? { ...port, hostIp: address } : port));
}

const isUp = ({ state }: Pick<Publishing, 'state'>): boolean =>
  state === 'running' || state === 'paused';

/** Those of its networks through which ports are published, as far as they are known. */
function openingNetworks(
  container: Pick<Publishing, 'networks' | 'networkIds'>,
  { networks, engine }: Pick<Snapshot, 'networks' | 'engine'>,
): Partial<NetworkFacts>[] {
  const known = networks.state === 'read' ? networks.value : [];
  const isDocker = engine.state === 'read' && !engine.value.isPodman;
  return container.networks.flatMap((name): Partial<NetworkFacts>[] => {
    const called = networksCalled(name, container, known);
    if (called.length === 0) return [{}];
    return isDocker ? called.filter(mapsPorts) : called;
  });
}

/**
 * Ports that a running container asked for, in a network through which they are published, and that its engine does not
 * show as open. No engine runs it without them, so what hides them is not known: an engine that came back to it, or
 * whoever stands before its API.
 */
export const unshownPorts = (
  container: Omit<Publishing, 'swarmService'>,
  sections: Pick<Snapshot, 'networks' | 'engine'>,
): PortFact[] => {
  const closed = container.ports.filter(({ isOpen }) => !isOpen);
  if (closed.length === 0) return closed;
  return isUp(container) &&
    container.networkNamespace.resolved === 'private' &&
    openingNetworks(container, sections).length > 0
    ? closed
    : [];
};

/** Why nobody knows whether such ports are open; null without any. */
export function whyUnshown(ports: readonly PortFact[]): string | null {
  const names = distinct(
    ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`),
  );
  const [first] = names;
  if (first === undefined) return null;
  const which = names.length === 1 ? first : `${first} and ${names.length - 1} more`;
  return `its engine does not show whether ${which}, which it asked for, is published`;
}

/** The ports of the host that are published for a container. */
export function publishedPorts(
  container: Publishing,
  sections: Pick<Snapshot, 'engine' | 'networks' | 'swarm'>,
): Published {
  const own = ownPorts(container, sections);
  const unshown = unshownPorts(container, sections);
  const gap = whyUnshown(unshown);
  const ingress = ingressPorts(container, sections);
  if (ingress.state === 'unread')
    return { own, bySwarm: [], all: own, gap: gap ?? ingress.reason, unshown };
  const bySwarm = ingress.value;
  return { own, bySwarm, all: bySwarm.length === 0 ? own : [...own, ...bySwarm], gap, unshown };
}

/** Where ports are written down, those for which `isShown` is true, or all where it is for none. */
export function publishedEvidence(
  { own, bySwarm, all }: Pick<Published, 'own' | 'bySwarm' | 'all'>,
  isShown: (port: PortFact) => boolean,
  line: (port: PortFact) => string,
): Evidence[] {
  const isAny = all.some(isShown);
  const lines = (ports: readonly PortFact[]) => (isAny ? ports.filter(isShown) : ports).map(line);
  const ofContainer = inspected('NetworkSettings.Ports', lines(own));
  return bySwarm.length === 0
    ? [ofContainer]
    : [ofContainer, serviceListed('Endpoint.Ports', lines(bySwarm))];
}

/**
 * What the swarm publishes for a task: ports that every node opens on every address, and that lead to
 * any task of the service. The container shows none of them; only a manager knows, and only tasks
 * of services that publish so are in the network `ingress`.
 */
export function ingressPorts(
  { swarmService, networks: own }: Pick<ContainerFacts, 'swarmService' | 'networks'>,
  { networks, swarm }: Pick<Snapshot, 'networks' | 'swarm'>,
): Reading<PortFact[]> {
  if (swarmService === null) return read([]);
  // Of networks that were not read any may be the one, whatever its name is.
  const isIngress = (name: string) =>
    networks.state === 'unread' || networks.value.some((one) => one.isIngress && one.name === name);
  if (!own.some(isIngress)) return read([]);
  const publish = networks.state === 'unread' ? 'may publish' : 'publishes';
  const what = `its swarm service ${swarmService} ${publish} ports`;
  if (swarm.state === 'unread') return unread(`${what}, which were not read: ${swarm.reason}`);
  const service = swarm.value.services.find(({ name }) => name === swarmService);
  if (service === undefined) return unread(`${what}, which a manager of the swarm alone tells`);
  return read(portFacts(service));
}

/** The ports of all services; none where they are not known. */
const allIngressPorts = ({ swarm }: Pick<Snapshot, 'swarm'>): PortFact[] =>
  swarm.state === 'read' ? swarm.value.services.flatMap(portFacts) : [];

const portFacts = ({ ingressPorts: ports }: SwarmServiceFacts): PortFact[] =>
  ports.map((port) => ({ ...port, hostIp: '', family: 'ipv4', isOpen: true }));
