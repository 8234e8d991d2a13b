import type { NamespaceFact } from '../snapshot/facts/container.ts';
import type { IdRange, KernelProcess } from '../snapshot/facts/kernel.ts';
import type { NamespaceIds } from '../snapshot/facts/process.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import { isMapped } from '../snapshot/user-mapping.ts';
import type { OwnFacts } from './own-facts.ts';
import { mainProcess, tasksOf } from './seen-tasks.ts';

/** Where the engine was asked to put it. Where that runs in a container the host's numbers are others. */
export function declaredOf(
  { container, engine }: OwnFacts,
  kind: keyof NamespaceIds,
): Pick<NamespaceFact, 'resolved' | 'via'> {
  switch (kind) {
    case 'pid':
      return container.pidNamespace;
    case 'network':
      return container.networkNamespace;
    case 'ipc':
      return container.ipcNamespace;
    case 'uts':
      return container.utsNamespace;
    case 'cgroup':
      return container.cgroupNamespace;
    case 'user':
      return { resolved: isMapped(engine, container) ? 'private' : 'host', via: [] };
    case 'mount':
      return { resolved: 'private', via: [] };
  }
}

/** Whether the main process is in a namespace that the engine made for its container. */
export const isOfItsOwn = (facts: OwnFacts, kind: keyof NamespaceIds): boolean =>
  declaredOf(facts, kind).resolved === 'private' && !mayHaveEntered(facts, kind);

/** Whether the main process may be in another one than the engine put it into, which no number tells. */
export const mayHaveEntered = (facts: OwnFacts, kind: keyof NamespaceIds): boolean =>
  !isTold(facts, kind) && showsOthers(facts) && isGivenEntering(facts);

/** Whether a number tells the host's, or the files of the engine a container's own: of others nothing is the same everywhere. */
export const isTold = (facts: OwnFacts, kind: keyof NamespaceIds): boolean =>
  INITIAL[kind] !== null ||
  (kind === 'mount' && hasOwnFiles(facts)) ||
  isOfEngine(facts, kind, mainProcess(facts.container, facts.processes)?.namespaces?.[kind]) !==
    null;

/** Whether a number is that of the engine's own network, where sockets told; null where nobody knows. */
export const isOfEngine = (
  { networksByNumber }: OwnFacts,
  kind: keyof NamespaceIds,
  number: number | null | undefined,
): boolean | null =>
  kind === 'network' && typeof number === 'number' ? (networksByNumber.get(number) ?? null) : null;

/** What the engine mounts into this container alone: who sees it has its mounts. */
const hasOwnFiles = ({ container: { id }, kernel }: OwnFacts): boolean =>
  kernel.state === 'read' &&
  (kernel.value.mounts ?? []).some(({ root }) => root.includes(`/containers/${id}/`));

/** Whoever is to be entered has to be seen: among the processes, or by a file of the host that stands for it. */
export function showsOthers({ container: { pidNamespace, mounts } }: OwnFacts): boolean {
  const isHandle = (path: string) =>
    HANDLES.some((folder) => isWithin(path, folder) || isWithin(folder, path));
  return (
    pidNamespace.resolved !== 'private' ||
    mounts.some(({ hostPath }) => hostPath !== null && isHandle(hostPath))
  );
}

const HANDLES = ['/proc', '/run/docker/netns', '/run/netns', '/run/user'];

/** Whether it enters namespaces that it has not made for itself (setns(2)), or may for all that is known. */
export function mayEnter(facts: OwnFacts): boolean {
  const { execs } = facts;
  const isOpened = execs.state === 'unread' || execs.value.some(({ isPrivileged }) => isPrivileged);
  return isOpened || isGivenEntering(facts);
}

/** The same of what its configuration gives, and of what its processes were seen with. */
export const isGivenEntering = (facts: OwnFacts): boolean =>
  facts.whyNotPredicted !== null || holds(facts, 'CAP_SYS_ADMIN');

/** Whether a process of it is given a capability over the container, or was seen with it. */
export function holds(facts: OwnFacts, capability: string): boolean {
  const seen = tasksWithPower(facts).flatMap(({ capabilities: { bounding, permitted } }) => [
    ...bounding,
    ...permitted,
  ]);
  return [...facts.container.configuredCapabilities, ...seen].includes(capability);
}

/**
 * The initial namespaces have these numbers (Linux `include/uapi/linux/nsfs.h`, `proc_ns.h`): a process
 * in one of them is in the host's. The reverse does not hold: an engine in a container has others.
 */
export const INITIAL: NamespaceIds = {
  pid: 4_026_531_836,
  user: 4_026_531_837,
  uts: 4_026_531_838,
  ipc: 4_026_531_839,
  cgroup: 4_026_531_835,
  network: null,
  mount: null,
};

/**
 * Those whose capabilities are power over the container. One in a user namespace that a process of the
 * container made for itself holds them over that alone.
 */
export function tasksWithPower(facts: OwnFacts): KernelProcess[] {
  const tasks = tasksOf(facts);
  // Of an engine that maps nobody the containers have the namespace of the probe.
  const given = isMapped(facts.engine, facts.container) ? widestMap(tasks) : facts.hostUidMap;
  if (given === null) return tasks;
  const hasInitial = tasks.some(isInInitialNamespace);
  return tasks.filter((task) => {
    if (task.uidMap !== null && !isSameMap(task.uidMap, given)) return false;
    // A namespace may map everybody to himself: then only its number tells.
    return !hasInitial || task.userNamespace === null || isInInitialNamespace(task);
  });
}

const isInInitialNamespace = ({ userNamespace }: KernelProcess): boolean =>
  userNamespace === INITIAL.user;

/** A namespace maps no id that the one above it has not. */
function widestMap(tasks: readonly KernelProcess[]): IdRange[] | null {
  const maps = tasks.flatMap(({ uidMap }) => (uidMap === null ? [] : [uidMap]));
  return maps.toSorted((a, b) => sizeOfMap(b) - sizeOfMap(a))[0] ?? null;
}

/** How many ids a user namespace has. */
export const sizeOfMap = (map: readonly IdRange[]): number =>
  map.reduce((sum, { count }) => sum + count, 0);

const isSameMap = (a: readonly IdRange[], b: readonly IdRange[]): boolean =>
  a.length === b.length &&
  a.every((range, index) => {
    const other = b[index];
    return (
      range.inside === other?.inside &&
      range.outside === other.outside &&
      range.count === other.count
    );
  });
