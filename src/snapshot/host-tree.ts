import type { HostMount } from './facts/host-processes.ts';
import type { KernelMount } from './facts/kernel.ts';
import { isWithin, joined } from './normalise/host-path.ts';

/** What is mounted on a host, by what thousands of mounts of containers are looked up by. */
export interface HostTree {
  /** Where something is mounted, as the engine has it. */
  places: readonly string[];
  /** The same as the host has it. */
  points: ReadonlySet<string>;
  /** What the host has mounted of each device. */
  byDevice: ReadonlyMap<string, readonly HostMount[]>;
  /** The device of `/`. */
  disk: string | undefined;
}

/** Orders the mounts of a host. */
export function hostTree(mounts: readonly HostMount[]): HostTree {
  const all = treeOfHost(mounts);
  return {
    places: mounts.map(({ target }) => target),
    points: new Set(all.map(({ target }) => target)),
    byDevice: Map.groupBy(all, ({ device }) => device),
    disk: all.find(({ target }) => target === '/')?.device,
  };
}

/** Where the host has what is mounted there: by several names, or by none. */
export function placesOnHost(
  { device, root }: Pick<KernelMount, 'device' | 'root'>,
  tree: HostTree | null,
): string[] {
  if (tree === null) return [];
  const places = placesIn(tree, { device, root });
  // Beside `/` a view of its whole disk, as OSTree and snapshots have one, shows the same under a name that tells less.
  const plain = places.filter(
    ({ mount }) => mount.target === '/' || mount.root !== '/' || device !== tree.disk,
  );
  const paths = (plain.length > 0 ? plain : places).map(({ path }) => path);
  const own = paths.filter((path) => !AGAIN.some((folder) => isWithin(path, folder)));
  return [...new Set(own.length > 0 ? own : paths)];
}

/**
 * True where the host itself has it read-only by this path: a bind keeps the flags of what it is made of (mount(2)), so that
 * whoever mounts it there the next time has it so too.
 */
export const isReadonlyOnHost = (
  found: Pick<KernelMount, 'device' | 'root'>,
  asked: string,
  tree: HostTree | null,
): boolean =>
  tree !== null &&
  placesIn(tree, found).some(({ mount, path }) => path === asked && mount.isReadonly === true);

/** All of its places, each with the mount that has it there. */
function placesIn(tree: HostTree, { device, root }: Pick<KernelMount, 'device' | 'root'>) {
  const inside = root.replace(/\/\/deleted$/, '') || '/';
  return (tree.byDevice.get(device) ?? [])
    .filter((mount) => isWithin(inside, mount.root))
    .map((mount) => ({
      mount,
      path: joined(mount.target, inside.slice(mount.root === '/' ? 0 : mount.root.length) || '/'),
    }))
    .filter(({ mount, path }) => !isHidden(path, mount, tree));
}

/** Whether another mount hides, on the way, what a path has of this one. */
function isHidden(path: string, { target }: HostMount, { points }: HostTree): boolean {
  for (let end = path.length; end > target.length; end = path.lastIndexOf('/', end - 1))
    if (points.has(path.slice(0, end))) return true;
  return false;
}

/** Where a host has its disk once more whose `/` is made of it, or lies in memory. */
const AGAIN = ['/sysroot', '/ostree', '/nix', '/run/host'];
/** Where an engine from a snap, which has another `/`, has the whole tree of the host. */
const HOSTFS = '/var/lib/snapd/hostfs';

function treeOfHost(mounts: readonly HostMount[]): readonly HostMount[] {
  if (mounts.every(({ target }) => target !== HOSTFS)) return mounts;
  return mounts
    .filter(({ target }) => isWithin(target, HOSTFS))
    .map((mount) => ({ ...mount, target: mount.target.slice(HOSTFS.length) || '/' }));
}
