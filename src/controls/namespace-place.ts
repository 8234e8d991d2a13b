import type { IdRange } from '../snapshot/facts/kernel.ts';
import type { NamespaceIds } from '../snapshot/facts/process.ts';
import { isMapped } from '../snapshot/user-mapping.ts';
import { type ControlFacts, mainProcess } from './control-facts.ts';

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

/** Where a container really is, and how that is known; null when nobody looked. */
export function placeOf(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
): { place: Place; at: string; evidence: string } | null {
  const { container, processes, kernel, others, takenAt } = facts;
  if (kind === 'user' && kernel.state === 'read' && kernel.value.uidMap !== null) {
    const place = isIdentity(kernel.value.uidMap) ? 'host' : 'private';
    return { place, at: kernel.value.readAt, evidence: '/proc/PID/uid_map' };
  }
  const inode = mainProcess(container, processes)?.namespaces?.[kind] ?? null;
  if (inode === null) return null;
  const by = { at: takenAt, evidence: 'GET /containers/{id}/top' };
  if (inode === INITIAL[kind] || isDeclaredHost(facts, kind)) return { place: 'host', ...by };
  const isShared = [...others].some(([id, ids]) => id !== container.id && ids[kind] === inode);
  return { place: isShared ? 'shared' : 'private', ...by };
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
