import { type Reading, read } from '../shared/reading.ts';
import type { SubjectList } from '../snapshot/collector.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { NamespaceListeners } from '../snapshot/facts/listeners.ts';
import { perContainer } from '../snapshot/per-container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

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
