import { isWithin, joined } from '../snapshot/normalise/host-path.ts';
import { TEMPORARY } from '../snapshot/shown-things.ts';
import type { EngineHost } from './engine-host.ts';
import { isDataOfRoot, isHarmless, isOneOf } from './harmless-places.ts';
import {
  CREDENTIALS,
  type DangerousPlace,
  dangerousPlaces,
  FILES_OF_ONE,
  KEYS,
  LOGINS,
  MAYBE_RUN,
  place,
  SECRETS_OF_ONE,
  SOCKET_OF_ONE,
  STARTS,
  socket,
  WORKLOADS,
} from './known-places.ts';
import {
  isHomes,
  isOfRootsHome,
  isUserCredentials,
  isUserKeys,
  isUserStart,
  sessionAt,
} from './users-places.ts';

/** Folders whose whole content is the system's own, also where no single way is known. */
const SYSTEM_FOLDERS: readonly string[] = [
  ...['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/root', '/run', '/sys', '/usr', '/var/lib'],
];

/** Folders of programs and settings, of which more than the places above may be run or believed. */
const ROOT_FOLDERS: readonly string[] = ['/boot', '/etc', '/lib', '/usr'];

/**
 * Lies among the system's own files, at a place of which nobody knows whether root runs or believes it. In /dev what is
 * a device can be replaced by a program: units and rules that are masked lead to /dev/null.
 */
export const isAmongSystemFiles = (path: string): boolean =>
  path === '/dev' ||
  isForTemporary(path) ||
  (isOneOf(path, ROOT_FOLDERS) && !isHarmless(path, true));

/**
 * Scripts of packages, and what becomes the initramfs, stand there while they are made (debconf, rpm, initramfs-tools,
 * dracut).
 */
export const isForTemporary = (path: string): boolean => path === TEMPORARY || path === '/var/tmp';

/** What the default policy calls sensitive: the folders of the system and every place above. */
export const sensitiveFolders: readonly string[] = [
  ...SYSTEM_FOLDERS,
  ...dangerousPlaces
    .map(({ path }) => path)
    .filter((path) => !SYSTEM_FOLDERS.some((folder) => folder !== '/' && isWithin(path, folder))),
].sort();

/** Sockets of a user, engines and D-Bus among them, and the keys of who builds: what comes of them hangs on that user. */
const OF_USERS: readonly string[] = ['/run/user', '/var/lib/jenkins'];

/** Where services keep their own, and nobody knows a way from it; false where it may be the engine's or of users. */
export const isOfService = (path: string, engine: EngineHost | null): boolean =>
  engine !== null &&
  isOneOf(path, ['/run', '/var/lib']) &&
  !isOneOf(path, OF_USERS) &&
  placesIn(path, engine).length === 0;

/** Either lies within the other: a mount of `a` shows `b`, or a part of it. */
export const touches = (a: string, b: string): boolean => isWithin(a, b) || isWithin(b, a);

/**
 * Tells whether a path touches one of these, none of which is the root itself. Looked up, since thousands of mounts are
 * compared with hundreds of places.
 */
export function touchingOne(places: readonly string[]): (path: string) => boolean {
  const [known, onTheWay] = [new Set(places), new Set(places.flatMap(foldersOn))];
  return (path) => {
    // From the top down, as for places: an engine may tell of thousands of folders in each other.
    for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (known.has(folder)) return true;
      if (!onTheWay.has(folder)) return false;
    }
    return onTheWay.has(path);
  };
}

/**
 * Below the data of an engine: the data of a volume, the files of one container or layer, and what the engine writes
 * for a container and never reads. What a container makes of it is that container's. Beside the data of a volume lie its
 * options, which the engine reads back and which may name any folder of the host.
 */
const OF_ONE_CONTAINER =
  /^(\/storage)?(\/\d+\.\d+)?\/(volumes\/[^/]+\/_data|overlay2?\/[^/]+\/(diff|merged)|vfs\/dir\/[^/]+|rootfs\/[^/]+\/[^/]+|io\.containerd\.runtime\.v2\.task\/[^/]+\/[^/]+\/rootfs|containers\/[^/]+\/mounts\/shm|containers\/[^/]+\/([0-9a-f]{64}-json\.log[.\w]*|hostname|hosts|resolv\.conf)|io\.containerd\.snapshotter\.v1\.\w+\/snapshots\/\d+\/fs)(\/|$)/;

const isOfOneContainer = (path: string, root: string): boolean =>
  isWithin(path, root) && OF_ONE_CONTAINER.test(path.slice(root.length));

/** Below the state of an engine: a handle of each network, which nobody enters without CAP_SYS_ADMIN (setns(2)). */
const isOfHandles = (path: string, state: string): boolean =>
  isWithin(path, joined(state, '/netns'));

/** Places that a mount of `path` shows, with the engine's own among them. */
export function placesIn(path: string, engine: EngineHost | null): readonly DangerousPlace[] {
  const places = placesShown(path, engine);
  const narrower = ({ path: root, writing }: DangerousPlace) => {
    if (writing !== WORKLOADS) return null;
    if (isOfOneContainer(path, root)) return OF_ONE;
    const isState = root === '/run/docker' || engine?.places.some((own) => own.path === root);
    return isState && isOfHandles(path, root) ? handles : null;
  };
  if (places.every((one) => narrower(one) === null)) return places;
  return places.map((one) => ({ ...one, ...narrower(one) }));
}

const OF_ONE = { writing: FILES_OF_ONE, reading: SECRETS_OF_ONE, isUnsure: true } as const;
/** The engine makes the handle of the next network as a file, by a name that may be a link by then (tried with 26.1). */
const handles = {
  writing: 'has the engine empty files of root, by a link',
  reading: null,
  after: 'a file of root without which the host lies open',
} as const;

function placesShown(path: string, engine: EngineHost | null): readonly DangerousPlace[] {
  if (isDataOfRoot(path)) return [];
  const known = isOfRootsHome(path) ? ofRootsHome(path) : knownPlaces(path);
  const more = (engine?.places ?? []).filter((one) => touches(path, one.path));
  if (isUserKeys(path) || isHomes(path)) more.push(place(KEYS, LOGINS, path));
  if (isUserStart(path)) more.push(place(null, STARTS, path));
  if (isUserCredentials(path)) more.push(place(CREDENTIALS, null, path));
  if (SOCKET_OF_ONE.test(path)) more.push(socket(path));
  if (path === LOGS) more.push(logsOfRoot);
  const session = sessionAt(path);
  if (session !== null) more.push({ ...socket(path), connecting: session });
  return more.length === 0 ? known : [...known, ...more];
}

/** Where services of root open their logs anew, by names that anybody who writes there can make links of. */
const LOGS = '/var/log';
const logsOfRoot: DangerousPlace = {
  path: LOGS,
  reading: null,
  writing: 'has services of root write what they log to another file, by a link',
  after:
    'a service of root that logs what it is told, and a file of root in which such a line is run',
};

/** True for the folder of all logs; that of one service is as good as what it logs. */
export const isOfLogs = (path: string): boolean => path === LOGS;

/** Root may run what lies there, and by no custom does. */
const ofRootsHome = (path: string): DangerousPlace[] => [
  { path, writing: MAYBE_RUN, reading: null, isUnsure: true },
];

/** Of a folder on the way to a place: the places that it touches, and those of them that it lies in. */
interface Waypoint {
  touching: readonly DangerousPlace[];
  around: readonly DangerousPlace[];
}

/** Looked up, since thousands of mounts are asked for their places, of which there are hundreds. */
const waypoints: ReadonlyMap<string, Waypoint> = waypointsTo(dangerousPlaces);

/** In the order of the places. Every program waits for it when it starts: none is compared with all others. */
function waypointsTo(places: readonly DangerousPlace[]): Map<string, Waypoint> {
  const indexes = new Map(places.map((one, index) => [one, index]));
  const inOrder = (some: Iterable<DangerousPlace>) =>
    [...some].sort((a, b) => (indexes.get(a) ?? 0) - (indexes.get(b) ?? 0));
  const at = Map.groupBy(places, ({ path }) => path);
  const ways = places.flatMap((one) => foldersOn(one.path).map((folder) => ({ folder, one })));
  const below = Map.groupBy(ways, ({ folder }) => folder);
  return new Map(
    [...below].map(([folder, found]) => {
      const around = foldersOn(folder).flatMap((above) => at.get(above) ?? []);
      const touching = new Set([...around, ...found.map(({ one }) => one)]);
      return [folder, { touching: inOrder(touching), around: inOrder(around) }];
    }),
  );
}

/** The known places that a mount of `path` shows. */
function knownPlaces(path: string): readonly DangerousPlace[] {
  // From the top down: below what is no waypoint there is none, and an engine may tell of thousands of folders.
  let nearest = waypoints.get('/');
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const isWhole = end === -1;
    const found = waypoints.get(isWhole ? path : path.slice(0, end));
    if (isWhole && found !== undefined) return found.touching;
    if (isWhole || found === undefined) return nearest?.around ?? [];
    nearest = found;
  }
}

/** A path and every folder above it, the nearest first. */
function foldersOn(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
    folders.push(path.slice(0, end));
  return [...folders, '/'];
}

/**
 * Sockets of services of root among these places, for a mount of them or of a folder above. Nobody knows
 * which services a host has whose /var or /var/lib is mounted.
 */
export const socketsIn = (path: string, places: readonly DangerousPlace[]): DangerousPlace[] =>
  isWithin('/var/lib', path)
    ? []
    : places.filter((one) => one.connecting !== undefined && isWithin(one.path, path));
