import type { NamespaceFact } from '../snapshot/facts/container.ts';
import type { IdRange } from '../snapshot/facts/kernel.ts';
import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import { isMapped } from '../snapshot/user-mapping.ts';
import type { Seen } from './control.ts';
import { type ControlFacts, mainProcess, type OwnFacts, seenByTop } from './control-facts.ts';
import type { Inhabitant } from './inhabitants.ts';
import { tasksWithPower } from './tasks-with-power.ts';

/**
 * The initial namespaces have these numbers (Linux `include/uapi/linux/nsfs.h`, `proc_ns.h`): a process
 * in one of them is in the host's. The reverse does not hold: an engine in a container has others.
 */
const INITIAL: NamespaceIds = {
  pid: 4_026_531_836,
  user: 4_026_531_837,
  uts: 4_026_531_838,
  ipc: 4_026_531_839,
  cgroup: 4_026_531_835,
  network: null,
  mount: null,
};

type Place = 'host' | 'private' | 'shared';

interface Placed extends Seen {
  place: Place;
  /** The process that is there, where it is not the main one; the container that came to the main one. */
  through: string | null;
  /** Why another place than a private one cannot be excluded; null where it can. */
  doubt: string | null;
}

/** Where a container really is, by whichever of its processes is farthest out; null when nobody looked. */
export function placeOf(facts: ControlFacts, kind: keyof NamespaceIds): Placed | null {
  const { container, engine, processes, kernel } = facts;
  const inode = mainProcess(container, processes)?.namespaces?.[kind] ?? null;
  if (kind === 'user' && kernel.state === 'read' && kernel.value.uidMap !== null) {
    // Who joins the processes or the network of another where users are mapped has its users as well; those of a
    // rootless engine all containers have.
    const own = engine.isRootless ? 'private' : placeOfNumber(facts, kind, inode);
    const place = isIdentity(kernel.value.uidMap) ? 'host' : own;
    const at = { at: kernel.value.readAt, evidence: '/proc/PID/uid_map' };
    return { place, through: null, doubt: null, ...at };
  }
  if (inode === null) return null;
  const own = declaredOf(facts, kind) === 'host' ? 'host' : placeOfNumber(facts, kind, inode);
  // Who was asked to share one is told by whom it joined.
  const isVisited = own === 'shared' && declaredOf(facts, kind) === 'private';
  const [other] = isVisited ? othersIn(facts, kind, inode) : [];
  const through = other?.facts.container.name ?? null;
  const found = { place: own, through, doubt: null, ...seenByTop(facts) };
  if (own === 'host' || kind === 'user') return found;
  const apart = processesApart(facts, kind, inode);
  const isIn = (place: Place) => (one: ProcessFacts) =>
    placeOfNumber(facts, kind, one.namespaces?.[kind] ?? null) === place;
  const onHost = apart.find(isIn('host'));
  if (onHost) return { ...found, place: 'host', through: named(onHost) };
  const joined = own === 'private' ? apart.find(isIn('shared')) : undefined;
  const doubt = doubtOf(facts, kind, inode, apart);
  return joined
    ? { ...found, place: 'shared', through: named(joined), doubt }
    : { ...found, doubt };
}

/** By whom else is there. A container that is asked to be on the host shows its number, unless it may have left. */
function placeOfNumber(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
  number: number | null,
): Place {
  if (number === null) return 'private';
  if (number === INITIAL[kind]) return 'host';
  const there = othersIn(facts, kind, number);
  const isHost = ({ facts: other, isMain }: Inhabitant<OwnFacts>) =>
    isMain && kind !== 'user' && declaredOf(other, kind) === 'host' && !isGivenEntering(other);
  if (there.some(isHost)) return 'host';
  return there.length > 0 ? 'shared' : 'private';
}

const othersIn = (
  { container: { id }, inhabitants }: ControlFacts,
  kind: keyof NamespaceIds,
  number: number,
) => inhabitants(kind, number).filter(({ facts }) => facts.container.id !== id);

/** Why another place cannot be excluded than that of the number, `inode` of the main process; null where it can. */
function doubtOf(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
  inode: number,
  apart: readonly ProcessFacts[],
): string | null {
  const there = othersIn(facts, kind, inode);
  const isOwn =
    isOfItsOwn(facts, kind) || there.some((one) => one.isMain && isOfItsOwn(one.facts, kind));
  const entering = isOwn
    ? undefined
    : there.find((one) => one.isMain && mayHaveEntered(one.facts, kind));
  if (entering) {
    return `${entering.facts.container.name}, with which it shares one, may have entered that, and whose that is was not read`;
  }
  const isUntold = ({ namespaces }: ProcessFacts) => {
    const number = namespaces?.[kind] ?? null;
    return (
      number === null ||
      !othersIn(facts, kind, number).some((one) => one.isMain && isOfItsOwn(one.facts, kind))
    );
  };
  const untold = apart.filter(isUntold);
  if (mayEnter(facts)) {
    const [other] = untold;
    return other ? elsewhere(other) : doubtOfMain(facts, kind, isOwn);
  }
  const brought = untold.find(({ namespaces }) => isOfUsersOf(facts, namespaces));
  return brought ? elsewhere(brought) : null;
}

/**
 * Whether a process has the users of the main one: without CAP_SYS_ADMIN there it has made no other namespace by itself.
 * Somebody from outside put it into one, or a privileged command that has ended.
 */
function isOfUsersOf({ container, processes }: ControlFacts, own: NamespaceIds | null): boolean {
  const users = mainProcess(container, processes)?.namespaces?.user ?? null;
  return users !== null && own?.user === users;
}

/**
 * Why a process of it may be in the network of the host, which no number tells; null where nothing speaks for it. What
 * makes networks, as an engine or systemd in a container, is not doubted for them: who enters the host's has to see it.
 */
export function networkDoubt(facts: ControlFacts): string | null {
  const doubt = placeOf(facts, 'network')?.doubt ?? null;
  const makesNetworks = facts.container.configuredCapabilities.includes('CAP_SYS_ADMIN');
  return makesNetworks && !showsOthers(facts) ? null : doubt;
}

/** Of a container whose processes may enter namespaces. */
function doubtOfMain(facts: ControlFacts, kind: keyof NamespaceIds, isOwn: boolean): string | null {
  if (!showsOthers(facts)) return null;
  if (!isTold(facts, kind) && !isOwn) {
    return 'its main process may have entered the one that it is in, and whose that is was not read';
  }
  const many = processOfThreads(facts);
  return many === null
    ? null
    : `in which one each thread of ${named(many)} is, and whose that is was not read`;
}

/** Of others the host has no number that is the same everywhere. */
const isTold = (facts: OwnFacts, kind: keyof NamespaceIds): boolean =>
  INITIAL[kind] !== null || (kind === 'mount' && hasOwnFiles(facts));

/** Whether the main process is in a namespace that the engine made for its container. */
const isOfItsOwn = (facts: OwnFacts, kind: keyof NamespaceIds): boolean =>
  declaredOf(facts, kind) === 'private' && !mayHaveEntered(facts, kind);

/** Whether the main process may be in another one than the engine put it into, which no number tells. */
const mayHaveEntered = (facts: OwnFacts, kind: keyof NamespaceIds): boolean =>
  !isTold(facts, kind) && showsOthers(facts) && isGivenEntering(facts);

const elsewhere = (process: ProcessFacts): string =>
  `${named(process)} is in another one than its main process, and whose that is was not read`;

const named = ({ pid, name }: Pick<ProcessFacts, 'pid' | 'name'>) => `its process ${pid} (${name})`;

/** Processes that live and are not known to be where the main one is. */
function processesApart(
  { processes }: ControlFacts,
  kind: keyof NamespaceIds,
  inode: number,
): ProcessFacts[] {
  const all = processes.state === 'read' ? processes.value : [];
  return all.filter(
    ({ namespaces }) =>
      namespaces === null || (namespaces[kind] !== inode && !hasEnded(namespaces)),
  );
}

/** One that has ended is told by its user namespace, which alone it still has. */
export const hasEnded = ({ mount, user }: NamespaceIds): boolean => mount === null && user !== null;

/** A process with more threads than its first one, or of which nobody told how many it has; null for none. */
export function processOfThreads({
  container: { pid },
  processes,
}: ControlFacts): Pick<ProcessFacts, 'pid' | 'name'> | null {
  if (processes.state === 'unread') return pid === null ? null : { pid, name: 'its main one' };
  return processes.value.find(({ threads }) => threads !== 1) ?? null;
}

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
function mayEnter(facts: ControlFacts): boolean {
  const { execs } = facts;
  const isOpened = execs.state === 'unread' || execs.value.some(({ isPrivileged }) => isPrivileged);
  return isOpened || isGivenEntering(facts);
}

const isGivenEntering = (facts: OwnFacts): boolean =>
  facts.whyNotPredicted !== null || holds(facts, 'CAP_SYS_ADMIN');

/** Whether a process of it is given a capability over the container, or was seen with it. */
export function holds(facts: OwnFacts, capability: string): boolean {
  const seen = tasksWithPower(facts).flatMap(({ capabilities: { bounding, permitted } }) => [
    ...bounding,
    ...permitted,
  ]);
  return [...facts.container.configuredCapabilities, ...seen].includes(capability);
}

/** Where the engine was asked to put it. Where that runs in a container the host's numbers are others. */
function declaredOf(
  { container, engine }: OwnFacts,
  kind: keyof NamespaceIds,
): NamespaceFact['resolved'] {
  switch (kind) {
    case 'pid':
      return container.pidNamespace.resolved;
    case 'network':
      return container.networkNamespace.resolved;
    case 'ipc':
      return container.ipcNamespace.resolved;
    case 'uts':
      return container.utsNamespace.resolved;
    case 'cgroup':
      return container.cgroupNamespace.resolved;
    case 'user':
      return isMapped(engine, container) ? 'private' : 'host';
    case 'mount':
      return 'private';
  }
}

/** True for a map that leaves ids as they are, root among them. */
export const isIdentity = (map: readonly IdRange[]): boolean =>
  map.some(({ inside, outside, count }) => inside === 0 && outside === 0 && count >= 65_536);
