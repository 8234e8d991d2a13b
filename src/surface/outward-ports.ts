import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import type { NamespaceListeners } from '../snapshot/facts/listeners.ts';
import { perContainer } from '../snapshot/outcome.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type UnlistedNetwork, unlistedNetwork } from '../snapshot/unlisted-network.ts';
import { type AddressScope, scopeOf } from './addresses.ts';
import { leftNetwork } from './left-network.ts';
import { type ListenersOf, type Listening, listeningBehind } from './listening.ts';
import { addressesOf, networksBeside } from './own-address.ts';
import { reachedPastAddress } from './past-address.ts';
import {
  ingressPorts,
  openPorts,
  publishedSockets,
  unshownPorts,
  whyUnshown,
} from './published-ports.ts';

/** A port of the host behind which a container can be reached. */
export interface OutwardPort {
  protocol: PortFact['protocol'];
  /** Null where the engine does not tell: an empty address stands for those of both families. */
  family: PortFact['family'] | null;
  /** Of the host; `0.0.0.0`, `::` and the empty text are every address. */
  address: string;
  scope: AddressScope;
  /**
   * Of a port that is published on some addresses alone: whether machines on a link of the host reach it past those, null
   * where nobody knows. Missing where they don't, and in what a version stored that did not ask.
   */
  isOpenToLinks?: true | null;
  hostPort: number;
  containerPort: number;
  /**
   * `published`: by the container itself; `joined`: by the one whose network it joined, where either
   * of them may be who listens; `host-network`: by nobody, something listens on the host's network that
   * it is in. Whose such a socket is takes a power that the probe does not have. `own-address`: by nobody,
   * something listens at an address that it has beside the host's, whose port is then no port of the host.
   */
  via: 'published' | 'joined' | 'host-network' | 'own-address';
  /** Names of the containers whose network it is, nearest first; empty for its own. */
  through: string[];
  listening: Listening;
  /** The call or file that tells of the port. */
  source: string;
}

/** How many different ports these are: one that is open on every address of both families is one, through whomever. */
export const countPorts = (ports: readonly OutwardPort[]): number =>
  new Set(
    ports.map(({ protocol, scope, address, hostPort }) =>
      JSON.stringify([protocol, scope === 'every-address' ? '' : address, hostPort]),
    ),
  ).size;

/** The ports of each container by its id, or why they are not known. */
type OutwardPorts = ReadonlyMap<string, Reading<OutwardPort[]>>;

/** Whether a process of a container, by its id, came into the host's network, which the container was not given. */
type CameToHost = (id: string) => Reading<boolean>;

/**
 * What of each container of a snapshot can be reached from outside of it now: nothing of one that
 * does not run.
 */
export function outwardPorts(snapshot: Snapshot, cameToHost: CameToHost): Reading<OutwardPorts> {
  const { containers, engine, listeners, kernel } = snapshot;
  if (containers.state === 'unread') return containers;
  const all = containers.value.read;
  const running = all.filter(isRunning);
  const kernelOf = perContainer(mapRead(kernel, (found) => found.containers));
  const host: Host = {
    byName: new Map(all.map((container) => [container.name, container])),
    joined: Map.groupBy(
      running.filter(({ networkNamespace }) => networkNamespace.resolved === 'shared'),
      ({ networkNamespace }) => networkNamespace.via.at(-1),
    ),
    isPublished: publishedSockets(running, snapshot),
    isRootless: engine.state === 'read' && engine.value.isRootless,
    isPodman: engine.state === 'read' && engine.value.isPodman,
    isDocker: engine.state === 'read' && !engine.value.isPodman && !engine.value.isRootless,
    listenersOf: perContainer(mapRead(listeners, (found) => found.containers)),
    hasLeft: leftNetwork(snapshot),
    isReachedPast: reachedPastAddress(snapshot),
    unlistedOf: (container, owner) => {
      const [seen] = [container, owner].flatMap(({ id }) => {
        const facts = kernelOf(id);
        return facts.state === 'read' ? [facts.value] : [];
      });
      return unlistedNetwork(owner, seen ?? null);
    },
    ...{ networks: snapshot.networks, swarm: snapshot.swarm, engine },
  };
  const portsOf = (container: ContainerFacts) =>
    withHost(portsOfOne(container, host), container, cameToHost(container.id), {
      ...host,
      sockets: socketsOfHost(running, host, listeners),
    });
  return read(
    new Map([
      ...all.map((container) => [container.id, portsOf(container)] as const),
      ...containers.value.unread.map(({ id, reason }) => [id, unread(reason)] as const),
    ]),
  );
}

interface Host extends Pick<Snapshot, 'networks' | 'swarm' | 'engine'> {
  byName: ReadonlyMap<string, ContainerFacts>;
  /** Running containers in the network of another, by the name of that one. */
  joined: ReadonlyMap<string | undefined, readonly ContainerFacts[]>;
  /** Of sockets on the host's network. */
  isPublished: ReturnType<typeof publishedSockets>;
  isRootless: boolean;
  isPodman: boolean;
  /** See `PortOwner`. */
  isDocker: boolean;
  listenersOf: ListenersOf;
  hasLeft: (container: ContainerFacts, owner: ContainerFacts) => boolean;
  isReachedPast: ReturnType<typeof reachedPastAddress>;
  unlistedOf: (container: ContainerFacts, owner: ContainerFacts) => UnlistedNetwork | null;
}

const isRunning = ({ state }: ContainerFacts): boolean => state === 'running' || state === 'paused';

function portsOfOne(container: ContainerFacts, host: Host): Reading<OutwardPort[]> {
  if (!isRunning(container)) return read([]);
  const { resolved, via } = container.networkNamespace;
  switch (resolved) {
    case 'private':
      return portsIntoNetwork(container, container, host);
    case 'host':
      return hostPorts({
        ...host,
        sockets: host.listenersOf(container.id),
        through: via,
      });
    case 'unknown':
      return unread('the container whose network it joined cannot be found');
    case 'shared': {
      const owner = host.byName.get(via.at(-1) ?? '');
      if (owner === undefined)
        return unread(`${via.at(-1)}, whose network it joined, was not read`);
      return portsIntoNetwork(container, owner, host);
    }
  }
}

/** What listens on the host's network: as seen through a container that is on it, else as it was read without one. */
function socketsOfHost(
  running: readonly ContainerFacts[],
  { listenersOf }: Host,
  listeners: Snapshot['listeners'],
): Reading<NamespaceListeners> {
  if (listeners.state === 'unread') return listeners;
  const onHost = running.filter(({ networkNamespace }) => networkNamespace.resolved === 'host');
  const found = onHost.map(({ id }) => listenersOf(id));
  return (
    found.find(({ state }) => state === 'read') ??
    listeners.value.host ??
    found[0] ??
    unread('the scan did not look at what listens on the host’s network')
  );
}

/** With what listens on the host's network, where a process of the container is that may be who does. */
function withHost(
  own: Reading<OutwardPort[]>,
  container: ContainerFacts,
  came: Reading<boolean>,
  host: Host & { sockets: Reading<NamespaceListeners> },
): Reading<OutwardPort[]> {
  if (own.state === 'unread' || container.networkNamespace.resolved === 'host') return own;
  if (!isRunning(container) || (came.state === 'read' && !came.value)) return own;
  const more = came.state === 'unread' ? came : hostPorts({ ...host, through: [] });
  // As above: ports that are known are told.
  if (more.state === 'unread') return own.value.length > 0 ? own : more;
  return read([...own.value, ...more.value]);
}

/** What `owner` publishes, for itself or for a container that joined its network. */
function portsIntoNetwork(
  container: ContainerFacts,
  owner: ContainerFacts,
  host: Host,
): Reading<OutwardPort[]> {
  const isOwn = container.id === owner.id;
  const unlisted = host.unlistedOf(container, owner);
  if (!isRunning(owner) || (!isOwn && host.hasLeft(container, owner))) {
    return unlisted === null ? read([]) : unread(unlisted.why);
  }
  const ingress = ingressPorts(owner, host);
  if (ingress.state === 'unread') return ingress;
  const sharing = (host.joined.get(owner.name) ?? []).filter(({ id }) => id !== owner.id);
  const outward =
    (source: string) =>
    (port: PortFact): OutwardPort => {
      const scope = scopeOf(port.hostIp);
      const isReachedPast = scope !== 'every-address' && host.isReachedPast(owner, port.family);
      return {
        protocol: port.protocol,
        family: port.hostIp === '' ? null : port.family,
        address: port.hostIp,
        scope,
        ...(isReachedPast !== false ? { isOpenToLinks: isReachedPast } : {}),
        hostPort: port.hostPort,
        containerPort: port.containerPort,
        via: isOwn ? 'published' : 'joined',
        through: isOwn ? [] : container.networkNamespace.via,
        listening: listeningBehind(
          port,
          { owner, sharing, isDocker: host.isDocker },
          host.listenersOf,
        ),
        source,
      };
    };
  const published = [
    ...openPorts(owner).map(outward('GET /containers/{id}/json')),
    ...ingress.value.map(outward('GET /services')),
  ];
  const hidden = whyUnshown(unshownPorts(owner, host));
  if (hidden !== null && published.length === 0) return unread(hidden);
  const networks = unlisted === null ? networksBeside(owner, host) : unread(unlisted.why);
  // An address that it may have is no reason to hide ports that are known.
  if (networks.state === 'unread') return published.length > 0 ? read(published) : networks;
  const beside = portsBeside(container, owner, { ...host, beside: networks.value });
  return mapRead(beside, (ports) => [...published, ...ports]);
}

/** What listens at addresses that `owner` has beside those of the host, where it needs to publish nothing. */
function portsBeside(
  container: ContainerFacts,
  owner: ContainerFacts,
  { beside, listenersOf }: Pick<Host, 'listenersOf'> & { beside: readonly string[] },
): Reading<OutwardPort[]> {
  if (beside.length === 0) return read([]);
  const found = listenersOf(owner.id);
  if (found.state === 'unread') {
    const where = beside.join(', ');
    return unread(
      `it is reached at its own address in ${where}, where what listens is not known: ${found.reason}`,
    );
  }
  const { readAt: at, sockets } = found.value;
  return read(
    sockets.flatMap((socket) =>
      addressesOf(socket, owner, beside).map(
        (address): OutwardPort => ({
          protocol: socket.protocol,
          family: address === '' ? null : address.includes(':') ? 'ipv6' : 'ipv4',
          address,
          scope: 'one-address',
          hostPort: socket.port,
          containerPort: socket.port,
          via: 'own-address',
          through: container.id === owner.id ? [] : container.networkNamespace.via,
          listening: { state: 'listening', at },
          source: `/proc/PID/net/${socket.protocol}`,
        }),
      ),
    ),
  );
}

/** Published ports are left out: their sockets on the host are the userland proxy's. */
function hostPorts(
  host: Host & { sockets: Reading<NamespaceListeners>; through: string[] },
): Reading<OutwardPort[]> {
  // Podman of an ordinary user puts it into the machine's own.
  if (host.isRootless && !host.isPodman) {
    return unread(
      'the engine is rootless: what it calls the host’s network is one of its own, of which the API does not tell what is open on the machine',
    );
  }
  const found = host.sockets;
  if (found.state === 'unread') {
    return unread(`it is on the host’s network, where what listens is not known: ${found.reason}`);
  }
  const { readAt: at, sockets } = found.value;
  return read(
    sockets
      .filter((socket) => !host.isPublished(socket))
      .map(
        ({ protocol, family, address, port }): OutwardPort => ({
          protocol,
          family,
          address,
          scope: scopeOf(address),
          hostPort: port,
          containerPort: port,
          via: 'host-network',
          through: host.through,
          listening: { state: 'listening', at },
          source: `/proc/PID/net/${protocol}`,
        }),
      ),
  );
}
