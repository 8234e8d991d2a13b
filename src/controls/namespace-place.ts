import type { IdRange } from '../snapshot/facts/kernel.ts';
import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';
import { isMapped } from '../snapshot/user-mapping.ts';
import type { Seen } from './control.ts';
import { type ControlFacts, mainProcess, seenByTop, tasksOf } from './control-facts.ts';

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
  /** The process that is there, where it is not the main one. */
  through: string | null;
  /** Why another place than a private one cannot be excluded; null where it can. */
  doubt: string | null;
}

/** Where a container really is, by whichever of its processes is farthest out; null when nobody looked. */
export function placeOf(facts: ControlFacts, kind: keyof NamespaceIds): Placed | null {
  const { container, processes, kernel, others } = facts;
  if (kind === 'user' && kernel.state === 'read' && kernel.value.uidMap !== null) {
    const place = isIdentity(kernel.value.uidMap) ? 'host' : 'private';
    const at = { at: kernel.value.readAt, evidence: '/proc/PID/uid_map' };
    return { place, through: null, doubt: null, ...at };
  }
  const inode = mainProcess(container, processes)?.namespaces?.[kind] ?? null;
  if (inode === null) return null;
  const placeOfNumber = (number: number | null): Place => {
    if (number !== null && number === INITIAL[kind]) return 'host';
    const isShared = [...others].some(([id, ids]) => id !== container.id && ids[kind] === number);
    return number !== null && isShared ? 'shared' : 'private';
  };
  const own = isDeclaredHost(facts, kind) ? 'host' : placeOfNumber(inode);
  const found = { place: own, through: null, doubt: null, ...seenByTop(facts) };
  if (own !== 'private' || kind === 'user') return found;
  const apart = processesApart(facts, kind, inode);
  const outside = apart.map((one) => ({
    one,
    place: placeOfNumber(one.namespaces?.[kind] ?? null),
  }));
  const farthest =
    outside.find(({ place }) => place === 'host') ??
    outside.find(({ place }) => place === 'shared');
  if (farthest) return { ...found, place: farthest.place, through: named(farthest.one) };
  const [other] = apart;
  if (other === undefined || !mayEnter(facts)) return found;
  return {
    ...found,
    doubt: `${named(other)} is in another one than its main process, and whose that is was not read`,
  };
}

const named = ({ pid, name }: ProcessFacts) => `its process ${pid} (${name})`;

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

/** Only CAP_SYS_ADMIN enters a namespace that one has not made for oneself (setns(2)). */
function mayEnter(facts: ControlFacts): boolean {
  const { container, execs, whyNotPredicted } = facts;
  const given = [
    ...container.configuredCapabilities,
    ...tasksOf(facts).flatMap(({ capabilities }) => capabilities.bounding),
  ];
  const isOpened = execs.state === 'unread' || execs.value.some(({ isPrivileged }) => isPrivileged);
  return whyNotPredicted !== null || isOpened || given.includes('CAP_SYS_ADMIN');
}

/** Where an engine runs in a container the host's numbers are others: there the setting decides. */
function isDeclaredHost({ container, engine }: ControlFacts, kind: keyof NamespaceIds): boolean {
  switch (kind) {
    case 'pid':
      return container.pidNamespace.resolved === 'host';
    case 'network':
      return container.networkNamespace.resolved === 'host';
    case 'ipc':
      return container.ipcNamespace.resolved === 'host';
    case 'uts':
      return container.utsNamespace.resolved === 'host';
    case 'cgroup':
      return container.cgroupNamespace.resolved === 'host';
    case 'user':
      return !isMapped(engine, container);
    case 'mount':
      return false;
  }
}

/** True for a map that leaves ids as they are, root among them. */
export const isIdentity = (map: readonly IdRange[]): boolean =>
  map.some(({ inside, outside, count }) => inside === 0 && outside === 0 && count >= 65_536);
