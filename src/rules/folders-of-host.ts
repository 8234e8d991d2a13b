import type { HostMount } from '../snapshot/facts/host-processes.ts';
import { type HostTree, placesOnHost } from '../snapshot/host-tree.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { SeenMounts } from '../snapshot/seen-mounts.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { isDataOfRoot } from './harmless-places.ts';

/**
 * Why nobody knows what comes along below the folders of a mount that was followed, and that no table of the container
 * tells: what the host has mounted there. None where that was read and shows nothing of another place.
 */
export function mountedBelow(
  { mount, kernel, followed }: ShownMount,
  { hostMounts }: Pick<SeenMounts, 'hostMounts'>,
): string[] {
  // An overlay has of its layers what lies in them alone.
  if (kernel !== null || mount.hostPath === null || mount.isNonRecursive) return [];
  return followed.flatMap(({ path, leadsTo, isFolder }) => {
    if (!isFolder || isDataOfRoot(path)) return [];
    if (hostMounts === null) return [`what else is mounted below ${path} of the host was not read`];
    return placesBelow(leadsTo, hostMounts).map(
      (place) => `what the host has mounted at ${place}, which comes along, was not read`,
    );
  });
}

/**
 * The same for a rule. Where nobody read the host's table, a mount passes by where its path leads, as it does by its name
 * where nobody followed that: the rule says so (`lookedUp`).
 */
export const toldBelow = (shown: ShownMount, seen: Pick<SeenMounts, 'hostMounts'>): string[] =>
  seen.hostMounts === null ? [] : mountedBelow(shown, seen);

/** Where something is mounted below a folder that is no disk of its own, or that the host has elsewhere as well. */
const placesBelow = (folder: string, tree: HostTree): string[] =>
  [...tree.byDevice.values()].flat().flatMap(({ device, root, target }) => {
    if (target === folder || !isWithin(target, folder)) return [];
    const isElsewhere = placesOnHost({ device, root }, tree).some((one) => !isWithin(one, folder));
    return isElsewhere || device.startsWith('0:') ? [target] : [];
  });

/**
 * Why a socket of an engine may lie in a folder that a mount shows, by another name: one file has several names in one
 * filesystem, and no call lists those in a folder. None where the folder is of another one, or where nobody read that.
 */
export function maybeSecondName(
  { mount, kernel, followed }: ShownMount,
  sockets: readonly string[],
  { hostMounts, sources }: Pick<SeenMounts, 'hostMounts' | 'sources'>,
): string[] {
  const { hostPath } = mount;
  if (hostPath === null || hostMounts === null || isDataOfRoot(hostPath)) return [];
  const isFile = sources?.state === 'read' && sources.value(hostPath).isFolder === false;
  const path = followed[0]?.leadsTo ?? hostPath;
  const device = kernel?.device ?? deviceAt(path, hostMounts);
  if (isFile || device === null) return [];
  return sockets
    .filter((socket) => socket.startsWith('/') && deviceAt(socket, hostMounts) === device)
    .map((socket) => `whether ${hostPath} has another name of ${socket} was not read`);
}

/** Device of the filesystem in which a path of the host lies. */
function deviceAt(path: string, { byDevice }: HostTree): string | null {
  const around = [...byDevice.values()].flat().filter(({ target }) => isWithin(path, target));
  const nearest = around.reduce<HostMount | null>(
    (found, one) => (found === null || one.target.length >= found.target.length ? one : found),
    null,
  );
  return nearest?.device ?? null;
}
