import { mainProcess } from '../controls/control-facts.ts';
import { type Reading, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ProcessFacts } from '../snapshot/facts/process.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/**
 * Whether a container that joined the network of `owner` is left without one: the owner was started
 * anew since, in a new namespace. False where nobody could tell their namespaces.
 */
export function leftNetwork({
  processes,
}: Pick<Snapshot, 'processes'>): (container: ContainerFacts, owner: ContainerFacts) => boolean {
  const processesOf = new Map<string, Reading<ProcessFacts[]>>(
    processes.state === 'unread'
      ? []
      : processes.value.map((entry) => [entry.containerId, entry.processes]),
  );
  const networkOf = (container: ContainerFacts): number | null =>
    mainProcess(container, processesOf.get(container.id) ?? unread(''))?.namespaces?.network ??
    null;
  return (container, owner) => {
    const [own, theirs] = [networkOf(container), networkOf(owner)];
    return own !== null && theirs !== null && own !== theirs;
  };
}
