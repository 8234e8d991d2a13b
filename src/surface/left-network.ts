import { mainProcess } from '../controls/seen-tasks.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { perContainer } from '../snapshot/outcome.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

type Running = Pick<ContainerFacts, 'id' | 'pid'>;

/**
 * Whether a container that joined the network of `owner` is left without one: the owner was started
 * anew since, in a new namespace. False where nobody could tell their namespaces.
 */
export function leftNetwork({
  processes,
}: Pick<Snapshot, 'processes'>): (container: Running, owner: Running) => boolean {
  const processesOf = perContainer(processes);
  const networkOf = (container: Running): number | null =>
    mainProcess(container, processesOf(container.id))?.namespaces?.network ?? null;
  return (container, owner) => {
    const [own, theirs] = [networkOf(container), networkOf(owner)];
    return own !== null && theirs !== null && own !== theirs;
  };
}
