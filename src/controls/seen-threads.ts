import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';
import type { OwnFacts } from './own-facts.ts';

/** Processes of which is known in which namespace of a kind each thread is, by numbers. */
export function threadsLookedAt(
  { threadsInNetwork, threadsInMounts }: OwnFacts,
  kind: keyof NamespaceIds,
): ReadonlyMap<number, boolean> {
  if (kind === 'network') return threadsInNetwork;
  // Whose mounts one has that left those of its process nobody read.
  return kind === 'mount'
    ? new Map([...threadsInMounts].filter(([, areSame]) => areSame))
    : new Map();
}

/** A process of which a thread is in the network of the host, by the sockets that it sees; undefined for none. */
export const threadOnHost = ({
  processes,
  threadsInNetwork,
}: OwnFacts): ProcessFacts | undefined =>
  processes.state === 'read'
    ? processes.value.find(({ pid }) => threadsInNetwork.get(pid))
    : undefined;

/**
 * A process with more threads than its first one, or of which nobody told how many it has, beside those whose threads
 * were all `lookedAt`; null for none.
 */
export function processOfThreads(
  { container: { pid }, processes }: OwnFacts,
  lookedAt: ReadonlyMap<number, boolean>,
): Pick<ProcessFacts, 'pid' | 'name'> | null {
  if (processes.state === 'unread') return pid === null ? null : { pid, name: 'its main one' };
  return processes.value.find((one) => one.threads !== 1 && !lookedAt.has(one.pid)) ?? null;
}

/** One that has ended is told by its user namespace, which alone it still has. */
export const hasEnded = ({ mount, user }: NamespaceIds): boolean => mount === null && user !== null;
