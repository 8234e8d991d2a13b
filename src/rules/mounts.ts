import { distinct } from '../shared/distinct.ts';
import { hasSocketName } from '../snapshot/engine-sockets.ts';
import { type Evidence, hostFileStat, inspected, kernelTable } from '../snapshot/evidence.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { KernelMount } from '../snapshot/facts/kernel.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { SeenMounts } from '../snapshot/seen-mounts.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import type { ShownThing } from '../snapshot/shown-things.ts';
import { placesIn } from './dangerous-places.ts';
import type { EngineHost } from './engine-host.ts';
import { isDataOfRoot } from './harmless-places.ts';
import { dangerousPlaces } from './known-places.ts';
import { isOfUsersRuntime, sessionAt } from './users-places.ts';

/** True for the socket of an engine: one of `socketPaths`, or a path with a well-known socket name. */
export function isEngineSocket(path: string, socketPaths: readonly string[]): boolean {
  return socketPaths.includes(path) || hasSocketName(path);
}

/** Sockets of services, where distributions have them, and where an engine never listens. */
const OF_SERVICES = new RegExp(
  `^/(${[
    'run/(php|php-fpm|mysqld|mariadb|redis|memcached|haproxy|rspamd|opendkim|opendmarc|clamav)/[^/]+\\.sock',
    'run/(avahi-daemon|nscd|nslcd)/socket',
    'run/(cups/cups\\.sock|clamd\\.scan/clamd\\.sock|acpid\\.socket|rpcbind\\.sock|gpsd\\.sock)',
    'var/lib/mysql/mysqlx?\\.sock',
  ].join('|')})$`,
);

/**
 * A socket that bears a name of its own: it may be the engine's second, or another name of its first, and
 * no call tells who listens. Those of other services are known by their paths.
 */
export const isUnclearSocket = (path: string): boolean =>
  /[/._-](sock|socket)$/.test(path) &&
  !OF_SERVICES.test(path) &&
  !isDataOfRoot(path) &&
  sessionAt(path) === null &&
  !dangerousPlaces.some((one) => one.path === path && one.connecting !== undefined);

/** Where engines of root listen by themselves: a rootless one may be asked at such a path of a container, and be another there. */
const OF_ROOT: readonly string[] = [
  ...['/run/docker.sock', '/run/docker/containerd/containerd.sock'],
  ...['/run/containerd/containerd.sock', '/run/podman/podman.sock'],
];

/**
 * Of an engine that gives what its user may and no more: a rootless one, where such have their sockets, or at the place of its
 * own by which it is asked.
 */
export const isSocketOfUser = (
  path: string,
  { isRootless, socketPaths }: Pick<EngineFacts, 'isRootless' | 'socketPaths'>,
  seen: readonly string[],
): boolean =>
  ((isRootless && isOwnAlone(path, socketPaths, seen)) ||
    isOfUsersRuntime(path) ||
    (path === '/run/user' && !seen.some((one) => isWithin(one, '/run/user/0')))) &&
  (isRootless || !socketPaths.some((socket) => isWithin(socket, path)));

/** A socket, or a folder, that holds those of the engine and none of another. */
const isOwnAlone = (path: string, own: readonly string[], seen: readonly string[]): boolean =>
  own.some((socket) => isWithin(socket, path)) &&
  ![...OF_ROOT, ...seen.filter((one) => !own.includes(one))].some((other) => isWithin(other, path));

/** A mount in the notation of `docker run --volume`: `/etc:/host/etc:ro`. */
export function mountLine(mount: MountFact): string {
  const { filesystem, device, layers } = mount.volumeMount ?? {};
  const behind = filesystem ? ` (${[filesystem, device, ...(layers ?? [])].join(' ')})` : '';
  const source = `${mount.hostPath ?? mount.volume ?? mount.kind}${behind}`;
  return `${source}:${mount.destination}:${mount.isWritable ? 'rw' : 'ro'}`;
}

/** Docker's name of a volume that nobody named: another for every container. */
const ANONYMOUS_VOLUME = /^[0-9a-f]{64}$/;

/** The same without what differs between containers of one configuration. */
export const lastingMountLine = (mount: MountFact): string =>
  mountLine(
    ANONYMOUS_VOLUME.test(mount.volume ?? '') ? { ...mount, volume: 'anonymous volume' } : mount,
  );

/**
 * What was seen of mounts beside what was asked for: by the kernel as `root of device at target`, by
 * links as `path → where it leads`.
 */
export function tableEvidence(shown: readonly ShownMount[]): Evidence[] {
  const [lines, links]: [string[], string[]] = [[], []];
  for (const { kernel, followed } of shown) {
    if (kernel) lines.push(kernelLine(kernel));
    for (const { path, leadsTo } of followed)
      if (path !== leadsTo) links.push(`${path} → ${leadsTo}`);
  }
  const evidence: Evidence[] = [];
  if (lines.length > 0) evidence.push(kernelTable('mountinfo', lines));
  if (links.length > 0) evidence.push(hostFileStat('links', distinct(links)));
  return evidence;
}

/** Numbers of filesystems without a device are another at each start. */
function kernelLine({ root, filesystem, device, target }: KernelMount): string {
  return `${root} of ${filesystem}${device.startsWith('0:') ? '' : ` ${device}`} at ${target}`;
}

/** How sources were looked up; completes the message of a pass. */
export function lookedUp(shown: readonly ShownMount[]): string {
  const byPath = shown.filter(({ mount, kernel }) => mount.hostPath !== null && kernel === null);
  if (byPath.length === 0) return '';
  return byPath.some(({ followed }) => followed.length === 0)
    ? ', by the paths that were asked for: the level files follows them'
    : ', by where their paths lead, without what may be mounted below';
}

/** Why nobody knows which files of the host a mount shows; none where that is known. */
export const unclear = (shown: ShownMount): string[] =>
  shown.things.flatMap((thing) =>
    thing.kind === 'unclear'
      ? [`${mountName(shown)} is ${thing.what}, and nobody read which files`]
      : [],
  );

/** Why nobody knows where a path leads; none where that is known, or where nothing hangs on it. */
export const unresolved = ({ things }: ShownMount): string[] =>
  things.flatMap((thing) =>
    thing.kind === 'unresolved' && !isDataOfRoot(thing.path)
      ? [`where its paths of the host lead is not known: ${thing.reason}`]
      : [],
  );

/** On every host in memory, by which no disk holds what lies there (Filesystem Hierarchy Standard, `/run`). */
const IN_MEMORY = /^\/(var\/)?run\//;

/** Why a file of one of these paths may lie on a disk that a mount shows as a whole; none where that cannot be. */
export const maybeOnDisk = ({ things }: ShownMount, paths: readonly string[]): string[] =>
  things.flatMap((thing) =>
    thing.kind === 'disk'
      ? paths
          .filter((path) => path.startsWith('/') && !IN_MEMORY.test(path))
          .map((path) => `whether ${path} lies on ${thing.device} was not read`)
      : [],
  );

/** Shows something of the host, in which a socket or a file of the engine’s may lie. */
const showsHost = ({ things }: ShownMount): boolean =>
  things.some((thing) => thing.kind === 'path' && !isDataOfRoot(thing.path));

/** Why one of these may be of the engine’s without being known as such; none where all of that was read. */
export const untoldOfEngine = (
  shown: readonly ShownMount[],
  { ownUnread }: Pick<SeenMounts, 'ownUnread'>,
): string[] =>
  ownUnread !== null && shown.some(showsHost)
    ? [`where else the engine listens, and what it was told to use, was not read: ${ownUnread}`]
    : [];

/** Whether it may be another name of a file or socket for which `isOne` is true. */
export const perhaps = ({ things }: ShownMount, isOne: (path: string) => boolean): string[] =>
  things.flatMap((thing) =>
    thing.kind === 'alike' && isOne(thing.path)
      ? [`${thing.asked} has the size and time of ${thing.path} and may be another name of it`]
      : [],
  );

/** By what a mount is called: what was asked for, or where it is found where nothing tells of it. */
export function mountName({ mount, kernel, isUnlisted }: ShownMount): string {
  if (!isUnlisted) return mount.hostPath ?? mount.volume ?? mount.kind;
  return kernel === null
    ? mount.destination
    : `${mount.destination}, which the engine does not list`;
}

/** A path that a mount shows, with the one it was asked for by, where that is another. */
export const shownPath = (path: string, shown: ShownMount): string =>
  shown.mount.hostPath === path ? path : `${path} (as ${mountName(shown)})`;

/** The lines of mounts that the engine lists, each once. */
export const listedLines = (shown: readonly ShownMount[]): string[] =>
  distinct(
    shown.flatMap(({ mount, cameWith, isUnlisted }) =>
      isUnlisted ? [] : [mountLine(cameWith ?? mount)],
    ),
  );

/** What tells of one mount: what the engine lists, and what was seen of it. */
export const mountEvidence = (shown: ShownMount): Evidence[] => [
  inspected('Mounts', listedLines([shown])),
  ...tableEvidence([shown]),
];

/** True for a path that is or holds the socket of an engine. */
export function reachesSocket(
  path: string,
  shown: ShownMount,
  socketPaths: readonly string[],
): boolean {
  const { kernel } = shown;
  // The kernel tells the path inside of a filesystem, the end of the path on the host.
  const isEnd = kernel !== null && path !== '/' && socketPaths.some((one) => one.endsWith(path));
  return (
    isEnd ||
    isEngineSocket(path, socketPaths) ||
    socketPaths.some((socket) => isWithin(socket, path) && !isLeftOut(socket, path, shown))
  );
}

/**
 * True for what an overlay of folders shows. Through it a kernel finds no socket that listens in one of them: it goes by the
 * inode, and an overlay has its own (tried on Linux 6.18; from 4.7 on there were some that went by that of the folder).
 */
export const isByOverlay = (thing: ShownThing): boolean =>
  thing.kind === 'path' && thing.isLayer === true;

/** What is mounted between a path and a socket below it does not come along, and so neither does the socket. */
const isLeftOut = (socket: string, path: string, { apart = [] }: ShownMount): boolean =>
  apart.some((point) => point !== path && isWithin(point, path) && isWithin(socket, point));

/**
 * Runtimes for devices mount programs and libraries of the host to be read, of which nobody learns anything.
 * Who asks for such a mount is told all the same.
 */
export function isMereProgram(
  { isUnlisted, mount }: ShownMount,
  thing: ShownThing,
  engine: EngineHost | null,
): boolean {
  if (isUnlisted !== true || mount.isWritable || thing.kind !== 'path') return false;
  const places = placesIn(thing.path, engine);
  return (
    places.length > 0 &&
    places.every(({ reading, connecting }) => reading === null && connecting === undefined)
  );
}
