import { type Reading, read } from '../shared/reading.ts';
import type { SubjectList } from '../snapshot/collector.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import type { NamespaceListeners } from '../snapshot/facts/listeners.ts';
import { perContainer } from '../snapshot/outcome.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { scopeOf } from './addresses.ts';

/** Whether anything waits behind a port: measured by the kernel's tables, or not known. */
export type Listening =
  | { state: 'listening'; at: string }
  /** The port is open on the host, and nobody answers behind it. */
  | { state: 'dead'; because: string; at: string }
  | { state: 'unknown'; reason: string };

/** What listens in the network namespace of each container that was looked at, by its id. */
export type ListenersOf = (id: string) => Reading<NamespaceListeners>;

/** A container that publishes ports, and who else is in its network namespace. */
export interface PortOwner {
  owner: Pick<ContainerFacts, 'id' | 'networkAddresses'>;
  sharing: readonly Pick<ContainerFacts, 'id' | 'name'>[];
  /** Whether its engine is Docker that runs as root: of others it is not known which of its addresses they send to. */
  isDocker: boolean;
}

/**
 * Whether anything listens behind a published port. The engine forwards to the owner's own address, so a socket on
 * the loopback address inside is not reached, nor one of the other family. A sandbox has a network stack of its own that no
 * table of the kernel shows: what is not seen there may be there nevertheless.
 */
export function listeningBehind(
  port: PortFact,
  { owner, sharing, isDocker }: PortOwner,
  listenersOf: ListenersOf,
): Listening {
  const { containerPort, protocol } = port;
  if (protocol === 'sctp') return { state: 'unknown', reason: 'sockets of SCTP are not read' };
  const found = listenersOf(owner.id);
  if (found.state === 'unread') return { state: 'unknown', reason: found.reason };
  const { readAt: at, sockets } = found.value;
  const behind = sockets.filter(
    (socket) => socket.protocol === protocol && socket.port === containerPort,
  );
  const sentTo = isDocker ? familyInside(port, owner) : null;
  const outward = behind.filter(({ address }) => scopeOf(address) !== 'loopback');
  if (outward.some(({ address }) => isReached(address, sentTo))) {
    return { state: 'listening', at };
  }
  for (const { id, name } of sharing) {
    const other = listenersOf(id);
    if (other.state === 'read') continue;
    return { state: 'unknown', reason: `${name} is in the same network: ${other.reason}` };
  }
  const [inside] = outward.length > 0 ? outward : behind;
  const reaches =
    outward.length > 0 && sentTo !== null
      ? `and the engine sends to its address of ${FAMILIES[sentTo]}`
      : 'which a published port does not reach';
  const because =
    inside === undefined
      ? `nothing listens on ${containerPort}/${protocol} inside`
      : `${containerPort}/${protocol} listens on ${inside.address} inside alone, ${reaches}`;
  return { state: 'dead', because, at };
}

const FAMILIES = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;

/**
 * Of which family the address is that Docker sends to: a port of IPv6 leads to IPv4 where the container has no other
 * (moby `portmapper`). Null where its networks differ, or nobody tells.
 */
function familyInside(
  { family, hostIp }: PortFact,
  { networkAddresses = [] }: PortOwner['owner'],
): PortFact['family'] | null {
  if (hostIp === '' || networkAddresses.length === 0) return null;
  const isOf6 = (address: string) => address.includes(':');
  if (!networkAddresses.every(({ own }) => own.some((address) => !isOf6(address)))) return null;
  const having6 = networkAddresses.filter(({ own }) => own.some(isOf6));
  if (family === 'ipv4' || having6.length === 0) return 'ipv4';
  return having6.length === networkAddresses.length ? 'ipv6' : null;
}

/** A socket on `::` is taken to answer both families. */
function isReached(address: string, family: PortFact['family'] | null): boolean {
  if (family === null || address === '' || address === '::') return true;
  return (address.includes(':') && !/^::ffff:/i.test(address)) === (family === 'ipv6');
}

interface Read extends Pick<Snapshot, 'listeners'> {
  containers: Reading<SubjectList<Pick<ContainerFacts, 'id' | 'networkNamespace'>>>;
}

/** What listens on the host's network: read beside its first process, or through a container that is on it. */
export function hostSockets({ listeners, containers }: Read): Reading<NamespaceListeners> {
  if (listeners.state === 'unread') return listeners;
  if (containers.state === 'unread') return containers;
  const { host, containers: found } = listeners.value;
  const listenersOf = perContainer(read(found));
  const through = containers.value.read
    .filter(({ networkNamespace }) => networkNamespace.resolved === 'host')
    .map(({ id }) => listenersOf(id));
  const all = [...(host === undefined ? [] : [host]), ...through];
  const none = { state: 'unread', reason: 'the network of the host was not read' } as const;
  return all.find(({ state }) => state === 'read') ?? all[0] ?? none;
}
