import type { ContainerFacts } from './facts/container.ts';
import type { KernelMount } from './facts/kernel.ts';
import type { VolumeMount } from './facts/volume.ts';
import { placesOnHost } from './host-tree.ts';
import { isWithin, joined } from './normalise/host-path.ts';
import { isReadonly } from './normalise/mountinfo.ts';
import { layersIn } from './normalise/mounts.ts';
import type { SeenMounts } from './seen-mounts.ts';
import { KERNEL_FOLDERS, type ShownThing, thingsOf } from './shown-things.ts';

const CONTROLLER =
  /^(cpu|cpuacct|cpuset|memory|devices|freezer|net_cls|net_prio|blkio|perf_event|hugetlb|pids|rdma|misc|name=\w+)$/;
const TEMPORARY = /^\/(run|tmp|var\/tmp|dev\/shm|mnt|media)(\/|$)|^$/;

/** The filesystem with the engine's own files; `folder` is where the host has it, if that is known. */
export interface EnginePlace {
  device: string;
  folder: string | null;
}

/** By which the host's own things are known in a container. */
export interface HostView extends Pick<SeenMounts, 'hostAddresses' | 'hostMounts'> {
  engine: EnginePlace | null;
  /** Device of the container's own /proc, where it shows no process of the host; null where that is not known. */
  ownProcesses: string | null;
}

/**
 * The device of the /proc that a runtime mounted in a PID namespace other than the host's, by which each further mount of
 * the same is known. One that was made anew has another, so that nobody knows whose processes it shows
 * (Linux `fs/proc/root.c`, from 5.8 on).
 */
export function ownProcesses(
  table: readonly KernelMount[],
  { pidNamespace: { resolved } }: Pick<ContainerFacts, 'pidNamespace'>,
  hostMounts: HostView['hostMounts'],
): string | null {
  const own = table.find(({ target, filesystem }) => target === '/proc' && filesystem === 'proc');
  const isOfHost = resolved === 'host' || resolved === 'unknown';
  if (own === undefined || isOfHost || hostMounts === null) return null;
  return hostMounts.byDevice.has(own.device) ? null : own.device;
}

/** What it shows of the host beside its own processes, once more and with nothing over it. */
function besideProcesses(found: KernelMount): ShownThing[] {
  const root = rootOf(found);
  if (root !== '/')
    return /^\/\d/.test(root) ? [] : [{ kind: 'path', path: joined('/proc', root) }];
  const names = isReadonly(found) ? ['kcore'] : ['kcore', 'sys', 'sysrq-trigger'];
  return names.map((name): ShownThing => ({ kind: 'path', path: `/proc/${name}` }));
}

/**
 * What a /proc shows that neither the host has nor the runtime made: the PID namespace of whoever mounted it, which may be
 * the container's own. Null for any other mount, and where the container has the processes of the host.
 */
export function processesOfSomebody(
  found: KernelMount,
  { hostMounts, ownProcesses }: Pick<HostView, 'hostMounts' | 'ownProcesses'>,
): ShownThing[] | null {
  const isKnown = found.device === ownProcesses || hostMounts?.byDevice.has(found.device);
  if (found.filesystem !== 'proc' || ownProcesses === null || isKnown) return null;
  return [...besideProcesses(found), { kind: 'unclear', what: OF_SOMEBODY }];
}

const OF_SOMEBODY = 'a /proc that may show the processes of the host or its own';

/** Known by what the engine itself mounts into every container from the folder of its data. */
export function placeOfEngine(
  table: readonly KernelMount[],
  dataRoot: string | null,
): EnginePlace | null {
  for (const mount of table) {
    if (!/^\/etc\/(hosts|hostname|resolv\.conf)$/.test(mount.target)) continue;
    const root = rootOf(mount);
    const file = /\/containers\/[0-9a-f]{64}\/\w+(\.\w+)?$/.exec(root)?.[0];
    if (file === undefined) continue;
    const path = `${dataRoot ?? ''}${file}`;
    const isKnown = dataRoot !== null && path.endsWith(root);
    return { device: mount.device, folder: isKnown ? path.slice(0, -root.length) || '/' : null };
  }
  return null;
}

/** What the kernel says of a source; nothing where that is what was asked for. */
export function sourceOf(
  found: KernelMount,
  asked: string | null,
  { engine, hostMounts, ownProcesses }: Pick<HostView, 'engine' | 'hostMounts' | 'ownProcesses'>,
): ShownThing[] {
  if (found.filesystem === 'proc' && found.device === ownProcesses) return besideProcesses(found);
  // A volume tells by its options what the engine itself mounts for it.
  const ofSomebody = asked && processesOfSomebody(found, { hostMounts, ownProcesses });
  if (ofSomebody) return ofSomebody;
  const root = rootOf(found);
  const ofKernel = kernelFolder(found);
  const places = ofKernel === null ? placesOnHost(found, hostMounts) : [];
  if (places.length > 0) {
    return places.flatMap((path) => (path === asked ? [] : [{ kind: 'path' as const, path }]));
  }
  const folder = ofKernel ?? (found.device === engine?.device ? engine.folder : null);
  if (folder !== null) {
    const path = joined(folder, root);
    return path === asked ? [] : [{ kind: 'path', path }];
  }
  const isOwnName = asked !== null && (isWithin(asked, '/run') || asked.endsWith(root));
  if (!isOwnName && root === '/' && mayBeOfHost(found)) return [MAY_BE_RUN];
  if (!isOwnName && mayBeRun(found)) return [{ kind: 'path', path: `/run${root}` }];
  // Nothing but /run is a tmpfs of the host in which something of the system lies.
  const isTemporary = found.filesystem === 'tmpfs' && !TEMPORARY.test(asked ?? '');
  if (root === '/' && isTemporary) return [{ kind: 'maybe', path: '/run' }];
  if (root === '/' || asked === root) return [];
  // The end of the path is the same: the rest is where the filesystem is, or a link. What lies in
  // the filesystem of `/` is settled above.
  const isEnd = asked?.endsWith(root) ?? false;
  if (isEnd && engine?.folder === '/') return [];
  return [{ kind: isEnd ? 'maybe' : 'path', path: root }];
}

/** True where the whole path of a source is known, and not its end inside of a filesystem alone. */
export const isPlaced = (
  found: KernelMount,
  { engine, hostMounts }: Pick<HostView, 'engine' | 'hostMounts'>,
): boolean =>
  kernelFolder(found) !== null ||
  placesOnHost(found, hostMounts).length > 0 ||
  (found.device === engine?.device && engine.folder !== null);

/** What such a mount of a whole filesystem is. */
export const MAY_BE_RUN: ShownThing = {
  kind: 'unclear',
  what: 'a tmpfs that may be /run of the host, or of a user',
};

const hasSize = ({ superOptions }: KernelMount): boolean =>
  superOptions.some((option) => option.startsWith('size='));

/** /run of a host has a size and this mode; in a container the engine gives /dev such ones. */
export const mayBeRun = (mount: KernelMount): boolean =>
  mount.filesystem === 'tmpfs' &&
  mount.target !== '/dev' &&
  mount.superOptions.includes('mode=755') &&
  hasSize(mount);

/** /run, or that of a user, where rootless engines have their sockets. */
export const mayBeOfHost = (mount: KernelMount): boolean =>
  mayBeRun(mount) ||
  (mount.filesystem === 'tmpfs' && mount.superOptions.includes('mode=700') && hasSize(mount));

/** Where the host has the same view of the kernel; null for a filesystem that is none. */
function kernelFolder({ filesystem, superOptions }: KernelMount): string | null {
  const folder = KERNEL_FOLDERS.get(filesystem) ?? null;
  if (filesystem !== 'cgroup' || folder === null) return folder;
  // Version 1 has a tree for each controller, or for several, which its options name.
  const controllers = superOptions.flatMap((option) =>
    CONTROLLER.test(option) ? [option.replace(/^name=/, '')] : [],
  );
  return controllers.length === 0 ? folder : `${folder}/${controllers.join(',')}`;
}

/** What a whole filesystem shows by the way the kernel has it mounted. */
export function mountedThings(
  found: KernelMount,
  { engine, hostAddresses }: Pick<HostView, 'engine' | 'hostAddresses'>,
): ShownThing[] {
  const { filesystem, source: device, superOptions } = found;
  const server = superOptions.find((option) => option.startsWith('addr='))?.slice(5) ?? null;
  const isHosts = found.device === engine?.device;
  const { layers } = byEngine(superOptions) ?? { layers: [] };
  return thingsOf({ filesystem, device, layers, server }, hostAddresses).map((thing) =>
    thing.kind === 'disk' ? { ...thing, isHosts } : thing,
  );
}

/** Where Podman keeps what a container writes to a folder of the host that it mounts with `:O`. */
export const OF_ONE_CONTAINER = /\/overlay-containers\/[0-9a-f]{64}\/userdata\//;

/**
 * The folders of the host that an overlay of Podman lies over; null for any other. Whoever mounted it named them in a
 * tree of its own, as a container does that has containers itself.
 */
function byEngine(options: readonly string[]): Pick<VolumeMount, 'layers'> | null {
  const { layers, upperLayer } = layersIn(options);
  if (!upperLayer || !OF_ONE_CONTAINER.test(upperLayer)) return null;
  return { layers: layers.filter((path) => !OF_ONE_CONTAINER.test(path)) };
}

/** Path inside of its filesystem, without the subvolume and without the mark of what is deleted. */
export function rootOf({ root, superOptions }: Pick<KernelMount, 'root' | 'superOptions'>): string {
  const subvolume = superOptions.find((option) => option.startsWith('subvol='))?.slice(7) ?? '/';
  const path = root.replace(/\/\/deleted$/, '') || '/';
  if (subvolume === '/' || !(path === subvolume || path.startsWith(`${subvolume}/`))) return path;
  return path.slice(subvolume.length) || '/';
}
