import { type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ProcessCount } from './container-surface.ts';

const WITHOUT_PROCESSES: readonly ContainerFacts['state'][] = ['created', 'exited', 'dead'];

/**
 * Counts the processes of each container. What the kernel says of them comes first, since it lists
 * none but those of the container's own control group; a list that showed other ones is unread.
 */
export function countProcesses(
  snapshot: Snapshot,
): (container: ContainerFacts) => Reading<ProcessCount> {
  const { processes, kernel } = snapshot;
  const measured = new Map(
    kernel.state === 'read'
      ? kernel.value.containers.map(({ containerId, facts }) => [containerId, facts])
      : [],
  );
  const listed = new Map(
    processes.state === 'read' ? processes.value.map((entry) => [entry.containerId, entry]) : [],
  );
  return ({ id, state }) => {
    const facts = measured.get(id);
    if (facts?.state === 'read') {
      return read({ count: facts.value.processes.length, source: 'kernel' });
    }
    if (WITHOUT_PROCESSES.includes(state)) return read({ count: 0, source: 'state' });
    if (processes.state === 'unread') return processes;
    const entry = listed.get(id);
    if (entry === undefined) return unread('the container was not looked at');
    const { facts: found, isToldByContainer } = entry;
    if (found.state === 'unread') return found;
    if (isToldByContainer)
      return unread('the list is from the /proc of the container, which it can replace');
    return read({ count: found.value.length, source: 'top' });
  };
}
