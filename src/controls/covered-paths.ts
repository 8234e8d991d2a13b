import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { KernelMount } from '../snapshot/facts/kernel.ts';
import { rootOf } from '../snapshot/mount-table.ts';
import { isWithin, joined } from '../snapshot/normalise/host-path.ts';
import { isReadonly, visibleMounts } from '../snapshot/normalise/mountinfo.ts';
import { KERNEL_FOLDERS } from '../snapshot/shown-things.ts';

type Listed = Pick<ContainerFacts, 'mounts'>;

/** Paths below /proc and /sys that are covered, and which of those another mount shows all the same. */
export interface CoveredPaths {
  /** Sorted. */
  paths: string[];
  /** Where such a path is to be had past its cover; sorted, each once. */
  bypasses: string[];
}

/**
 * Paths over which something empty is mounted: `/dev/null`, or a tmpfs. The one of cgroup v1 is no mask: the
 * hierarchies are mounted in it. What the engine was asked to mount is judged as a mount. Of `ordinary`, paths that
 * the kernel has, also those that something hides with all around them.
 */
export function maskedPaths(
  mounts: readonly KernelMount[],
  container: Listed,
  ordinary: readonly string[] = [],
): CoveredPaths {
  const visible = visibleMounts(mounts);
  const covered = visible
    .filter(({ target }) => /^\/(proc|sys)\//.test(target))
    .filter(({ filesystem, root }) => root === '/null' || filesystem === 'tmpfs')
    .filter(({ target }) => target !== '/sys/fs/cgroup');
  return withoutBypassed(covered, visible, () => true, { container, ordinary });
}

/**
 * Paths below /proc that are mounted over themselves to be read-only; of `ordinary` also those that are hidden, or that
 * a read-only mount of all around them shows.
 */
export function readonlyPaths(
  mounts: readonly KernelMount[],
  container: Listed,
  ordinary: readonly string[] = [],
): CoveredPaths {
  const visible = visibleMounts(mounts);
  const covered = visible
    .filter(({ target, filesystem }) => target.startsWith('/proc/') && filesystem === 'proc')
    .filter(isReadonlyMount);
  return withoutBypassed(covered, visible, (mount) => !isReadonly(mount), { container, ordinary });
}

/**
 * Whether something else than the kernel's own files is mounted over a path, or over a folder above it; or these
 * themselves, where they are shown so that nobody gets at them.
 */
function isHidden(
  visible: readonly KernelMount[],
  path: string,
  mayOpen: (mount: KernelMount) => boolean,
): boolean {
  const over = visible.findLast(({ target }) => isWithin(path, target));
  if (over === undefined || over.target === '/') return false;
  return KERNEL_FOLDERS.get(over.filesystem) === undefined || !mayOpen(over);
}

const isReadonlyMount = ({ options }: KernelMount): boolean => options.includes('ro');

function withoutBypassed(
  covered: readonly KernelMount[],
  visible: readonly KernelMount[],
  mayOpen: (mount: KernelMount) => boolean,
  { container: { mounts }, ordinary }: { container: Listed; ordinary: readonly string[] },
): CoveredPaths {
  const others = visible.filter(
    (mount) =>
      mayOpen(mount) && !mounts.some(({ destination }) => isWithin(mount.target, destination)),
  );
  const places = new Set(visible.map(({ target }) => target));
  const bypasses = new Set<string>();
  const hidden = ordinary.filter((path) => isHidden(visible, path, mayOpen));
  const kept = [...new Set([...covered.map(({ target }) => target), ...hidden])].filter((path) => {
    const open = others.filter((mount) => isShownBy(mount, path, places));
    for (const mount of open) bypasses.add(mount.target);
    return open.length === 0;
  });
  return { paths: kept.sort(), bypasses: [...bypasses].sort() };
}

/** Whether a mount shows a path of the kernel's own folders, or a part of it, with nothing over that. */
function isShownBy(
  { filesystem, target, ...mount }: KernelMount,
  path: string,
  places: ReadonlySet<string>,
): boolean {
  if (filesystem !== 'proc' && filesystem !== 'sysfs') return false;
  const shown = joined(KERNEL_FOLDERS.get(filesystem) ?? '/', rootOf(mount));
  if (isWithin(shown, path)) return true;
  if (!isWithin(path, shown)) return false;
  const below = path.slice(shown.length).split('/').slice(1);
  return below.every(
    (_, end) => !places.has(joined(target, `/${below.slice(0, end + 1).join('/')}`)),
  );
}

/**
 * A mount that shows one of some paths once more, below a folder that a program may take for its root, with nothing
 * over it; undefined for none. One at its usual place is judged with the others.
 */
export function copyForRoot(
  mounts: readonly KernelMount[],
  paths: readonly string[],
  mayOpen: (mount: KernelMount) => boolean,
): KernelMount | undefined {
  const visible = visibleMounts(mounts);
  const places = new Set(visible.map(({ target }) => target));
  return visible.find((mount) => {
    const shown = joined(KERNEL_FOLDERS.get(mount.filesystem) ?? '/', rootOf(mount));
    const isBelow = mount.target !== shown && mount.target.endsWith(shown);
    return isBelow && mayOpen(mount) && paths.some((path) => isShownBy(mount, path, places));
  });
}

/**
 * Where the root filesystem of a container, or a part of it, is mounted once more so that it can be written:
 * such a copy stays as writable as it was made. None of a root that is no mount.
 */
export function writableCopies(mounts: readonly KernelMount[]): string[] {
  const visible = visibleMounts(mounts);
  const root = visible.findLast(({ target }) => target === '/');
  return root === undefined
    ? []
    : visible
        .filter((mount) => mount !== root && mount.device === root.device && !isReadonly(mount))
        .filter((mount) => isWithin(onDevice(mount), onDevice(root)))
        .map(({ target }) => target)
        .sort();
}

/** Where a mount begins on its device, subvolumes included: a volume may lie in another one of the same device. */
const onDevice = ({ root }: KernelMount): string => root.replace(/\/\/deleted$/, '') || '/';
