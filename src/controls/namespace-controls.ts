import type { NamespaceFact } from '../snapshot/facts/container.ts';
import type { NamespaceIds } from '../snapshot/facts/process.ts';
import { type Control, type ControlName, measured, predicted, unknown } from './control.ts';
import { type ControlFacts, mainProcess } from './control-facts.ts';
import { isIdentity, notRunning, whyUnread } from './user-controls.ts';

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

/** In which namespaces a container is, by their inode numbers. */
export function namespaceControls(facts: ControlFacts): Control[] {
  const { container, engine } = facts;
  const remaps = engine.remapsUsers || engine.isRootless;
  const byDefault = (isOwn: boolean): NamespaceFact => ({
    mode: isOwn ? 'private' : 'host',
    resolved: isOwn ? 'private' : 'host',
    via: [],
  });
  const user = container.userNamespace.mode === '' ? byDefault(remaps) : container.userNamespace;
  const { cgroupNamespace } = container;
  const cgroup =
    cgroupNamespace.mode === '' ? byDefault(engine.cgroupVersion === '2') : cgroupNamespace;
  return [
    namespace(facts, 'ns-pid', 'pid', container.pidNamespace),
    namespace(facts, 'ns-net', 'network', container.networkNamespace),
    namespace(facts, 'ns-ipc', 'ipc', container.ipcNamespace),
    namespace(facts, 'ns-uts', 'uts', container.utsNamespace),
    namespace(facts, 'ns-mnt', 'mount', byDefault(true)),
    namespace(facts, 'ns-user', 'user', user),
    namespace(facts, 'ns-cgroup', 'cgroup', cgroup),
  ];
}

function namespace(
  facts: ControlFacts,
  control: ControlName,
  kind: keyof NamespaceIds,
  declared: NamespaceFact,
): Control {
  const configured = declared.mode === '' ? 'private' : declared.mode;
  // A join looks harmless in the configuration; that it leads to the host is a surprise.
  const isJoin = declared.mode.startsWith('container:');
  const isConfigured = isJoin ? declared.resolved !== 'shared' : declared.resolved !== 'host';
  const found = { control, configured } as const;
  const place = placeOf(facts, kind);
  if (place !== null) {
    const via = declared.via.length > 0 ? `through ${declared.via.join(' → ')}` : null;
    const strength = { isConfigured, isEffective: place.place === 'private' };
    const { evidence, at } = place;
    return measured({ ...found, effective: place.place, note: via }, strength, { evidence, at });
  }
  const why = notRunning(facts) ?? (facts.isRunc ? null : whyUnread(facts));
  if (why !== null) return unknown(found, why);
  if (declared.resolved === 'unknown') {
    return unknown(found, 'the container that it joins cannot be found');
  }
  const isEffective = declared.resolved === 'private';
  return predicted({ ...found, effective: declared.resolved }, { isConfigured, isEffective });
}

function placeOf(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
): { place: Place; at: string; evidence: string } | null {
  const { container, processes, kernel, host, takenAt } = facts;
  if (kind === 'user' && kernel.state === 'read' && kernel.value.uidMap !== null) {
    const place = isIdentity(kernel.value.uidMap) ? 'host' : 'private';
    return { place, at: kernel.value.readAt, evidence: '/proc/PID/uid_map' };
  }
  const inode = mainProcess(container, processes)?.namespaces?.[kind] ?? null;
  if (inode === null) return null;
  const by = { at: takenAt, evidence: 'GET /containers/{id}/top' };
  if (inode === INITIAL[kind] || inode === host.namespaces[kind]) return { place: 'host', ...by };
  const isShared = [...host.others].some(([id, ids]) => id !== container.id && ids[kind] === inode);
  return { place: isShared ? 'shared' : 'private', ...by };
}
