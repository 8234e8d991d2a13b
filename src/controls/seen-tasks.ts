import type { Reading } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { KernelProcess } from '../snapshot/facts/kernel.ts';
import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';
import { BY_LIST, BY_STATUS, type Seen } from './control.ts';
import type { OwnFacts } from './own-facts.ts';

/** The main process among those that `top` listed; undefined when that was not read. */
export function mainProcess(
  { pid }: Pick<ContainerFacts, 'pid'>,
  processes: Reading<ProcessFacts[]>,
): ProcessFacts | undefined {
  if (processes.state === 'unread') return undefined;
  return processes.value.find((process) => process.pid === pid);
}

/** Every process and thread that the kernel told of; none where nobody asked. */
export const tasksOf = ({ kernel }: Pick<OwnFacts, 'kernel'>): KernelProcess[] =>
  kernel.state === 'read' ? [...kernel.value.processes, ...kernel.value.threads] : [];

interface Statuses extends Seen {
  statuses: Pick<ProcessFacts, 'capabilities' | 'seccompMode'>[];
}

/** What the kernel says of every process and thread: to the probe, else to Podman; null when nobody asked it. */
export function statusesOf({
  kernel,
  processes,
  isToldByContainer,
  takenAt,
}: OwnFacts): Statuses | null {
  if (kernel.state === 'read' && kernel.value.processes.length > 0) {
    const { readAt } = kernel.value;
    return { statuses: tasksOf({ kernel }), at: readAt, evidence: BY_STATUS };
  }
  if (!isToldByContainer || processes.state === 'unread' || processes.value.length === 0)
    return null;
  return { statuses: processes.value, ...seenByTop({ takenAt }) };
}

/** How the list of processes was read. */
export const seenByTop = ({ takenAt }: Pick<OwnFacts, 'takenAt'>): Seen => ({
  at: takenAt,
  evidence: BY_LIST,
});

/** Why there are no processes; null where there may be some. */
export const notRunning = ({ container }: Pick<OwnFacts, 'container'>): string | null =>
  container.pid === null ? 'the container is not running' : null;

/** Why the processes were not read, in the words of what failed. */
export function whyUnread({ processes, whyNotPredicted }: OwnFacts): string {
  if (processes.state === 'unread') return processes.reason;
  return whyNotPredicted ?? 'the host’s ps could not tell';
}

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
