import type { KernelMount } from './facts/kernel.ts';
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
  engine: EnginePlace | null,
): ShownThing[] {
  const root = rootOf(found);
  const folder = kernelFolder(found) ?? (found.device === engine?.device ? engine.folder : null);
  if (folder !== null) {
    const path = joined(folder, root);
    return path === asked ? [] : [{ kind: 'path', path }];
  }
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

/** Where the host has the same view of the kernel; null for a filesystem that is none. */
function kernelFolder({ filesystem, superOptions }: KernelMount): string | null {
  const folder = KERNEL_FOLDERS[filesystem] ?? null;
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
  { engine, hostAddresses }: { engine: EnginePlace | null } & Pick<SeenMounts, 'hostAddresses'>,
): ShownThing[] {
  const { filesystem, source: device, superOptions } = found;
  const server = superOptions.find((option) => option.startsWith('addr='))?.slice(5) ?? null;
  const isHosts = found.device === engine?.device;
  return thingsOf({ filesystem, device, layers: [], server }, hostAddresses).map((thing) =>
    thing.kind === 'disk' ? { ...thing, isHosts } : thing,
  );
}

/** True for a mount, or a filesystem, that is mounted read-only. */
export const isReadonly = ({ options, superOptions }: KernelMount): boolean =>
  options.includes('ro') || superOptions.includes('ro');

/** Path inside of its filesystem, without the subvolume and without the mark of what is deleted. */
export function rootOf({ root, superOptions }: Pick<KernelMount, 'root' | 'superOptions'>): string {
  const subvolume = superOptions.find((option) => option.startsWith('subvol='))?.slice(7) ?? '/';
  const path = root.replace(/\/\/deleted$/, '') || '/';
  if (subvolume === '/' || !(path === subvolume || path.startsWith(`${subvolume}/`))) return path;
  return path.slice(subvolume.length) || '/';
}

/** A path below a folder; both begin with `/`. */
export const joined = (folder: string, rest: string): string => {
  if (rest === '/') return folder;
  return folder === '/' ? rest : `${folder}${rest}`;
};

/** A later mount hides those on the same place and below it. */
export function visibleMounts(table: readonly KernelMount[]): KernelMount[] {
  const covered = new Set<string>();
  return table
    .toReversed()
    .filter(({ target }) => {
      const parts = target.split('/');
      const isHidden = parts.some((_, end) =>
        covered.has(parts.slice(0, end + 1).join('/') || '/'),
      );
      if (target !== '/') covered.add(target);
      return !isHidden;
    })
    .reverse();
}
