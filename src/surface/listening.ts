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

/**
 * Whether anything listens behind a published port of `owner`, where `sharing` are the other
 * containers in its network namespace. The engine forwards to the owner's own address, so a socket on
 * the loopback address inside is not reached. A sandbox has a network stack of its own that no
 * table of the kernel shows: what is not seen there may be there nevertheless.
 */
export function listeningBehind(
  { containerPort, protocol }: PortFact,
  owner: ContainerFacts,
  sharing: readonly ContainerFacts[],
  listenersOf: ListenersOf,
): Listening {
  if (protocol === 'sctp') return { state: 'unknown', reason: 'sockets of SCTP are not read' };
  const found = listenersOf(owner.id);
  if (found.state === 'unread') return { state: 'unknown', reason: found.reason };
  const { readAt: at, sockets } = found.value;
  const behind = sockets.filter(
    (socket) => socket.protocol === protocol && socket.port === containerPort,
  );
  if (behind.some(({ address }) => scopeOf(address) !== 'loopback')) {
    return { state: 'listening', at };
  }
  for (const { id, name } of sharing) {
    const other = listenersOf(id);
    if (other.state === 'read') continue;
    return { state: 'unknown', reason: `${name} is in the same network: ${other.reason}` };
  }
  const [inside] = behind;
  const because =
    inside === undefined
      ? `nothing listens on ${containerPort}/${protocol} inside`
      : `${containerPort}/${protocol} listens on ${inside.address} inside alone, which a published port does not reach`;
  return { state: 'dead', because, at };
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
