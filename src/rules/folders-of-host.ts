import type { HostMount } from '../snapshot/facts/host-processes.ts';
import { type HostTree, placesOnHost } from '../snapshot/host-tree.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { SeenMounts } from '../snapshot/seen-mounts.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { placesIn } from './dangerous-places.ts';
import { isDataOfRoot } from './harmless-places.ts';
import { mountName } from './mounts.ts';

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
 * Why a socket of an engine may lie in a folder of the host that a mount shows, by another name: one file has several names
 * in one filesystem, and no call lists those in a folder. None where the folder is of another one, or where nobody read that.
 */
export function maybeSecondName(
  shown: ShownMount,
  sockets: readonly string[],
  seen: Pick<SeenMounts, 'hostMounts' | 'sources'>,
): string[] {
  const { hostPath } = shown.mount;
  if (hostPath === null || isDataOfRoot(hostPath)) return [];
  const path = shown.followed[0]?.leadsTo ?? hostPath;
  return secondNames({ shown, path }, sockets, seen) ?? [];
}

/**
 * The same of files that root believes and that have a second name at all, which few have, and in volumes as well: where it
 * lies, nobody reads. Of those that everybody may read nothing becomes through a read-only mount. What SELinux keeps from the
 * probe, it keeps from a container that it confines (`isConfined`).
 */
export function maybeBelieved(
  shown: ShownMount,
  { manyNamed, ...seen }: Pick<SeenMounts, 'hostMounts' | 'sources' | 'manyNamed'>,
  { dataRoot, isConfined }: { dataRoot: string | null; isConfined: boolean },
): string[] {
  const { kind, hostPath, volumeMount, isWritable } = shown.mount;
  const path = shown.followed[0]?.leadsTo ?? hostPath ?? (volumeMount ? null : dataRoot);
  if (manyNamed === null || !['bind', 'volume'].includes(kind) || isDataOfRoot(path ?? '/'))
    return [];
  if (manyNamed.state === 'unread')
    return [`whether files of root have second names was not read: ${manyNamed.reason}`];
  const isSecret = (file: string) => placesIn(file, null).some(({ reading }) => reading !== null);
  const { files: many, uncounted } = manyNamed.value;
  const open = isConfined ? many : [...many, ...uncounted];
  const files = open.filter((file) => isWritable || isSecret(file));
  return secondNames({ shown, path }, files, seen) ?? files.map((file) => ofName(shown, file));
}

/** Null where the filesystem of the mount is not known. */
function secondNames(
  { shown, path }: { shown: ShownMount; path: string | null },
  files: readonly string[],
  { hostMounts, sources }: Pick<SeenMounts, 'hostMounts' | 'sources'>,
): string[] | null {
  const { mount, kernel } = shown;
  const source = sources?.state === 'read' ? sources.value(mount.hostPath ?? '') : null;
  if (source?.isFolder === false) return [];
  if (hostMounts === null) return null;
  const device = kernel?.device ?? (path === null ? null : deviceAt(path, hostMounts));
  if (device === null) return null;
  return files
    .filter((file) => file.startsWith('/') && deviceAt(file, hostMounts) === device)
    .map((file) => ofName(shown, file));
}

const ofName = (shown: ShownMount, file: string): string =>
  `whether ${mountName(shown)} has another name of ${file} was not read`;

/** Device of the filesystem in which a path of the host lies. */
function deviceAt(path: string, { byDevice }: HostTree): string | null {
  const around = [...byDevice.values()].flat().filter(({ target }) => isWithin(path, target));
  const nearest = around.reduce<HostMount | null>(
    (found, one) => (found === null || one.target.length >= found.target.length ? one : found),
    null,
  );
  return nearest?.device ?? null;
}
