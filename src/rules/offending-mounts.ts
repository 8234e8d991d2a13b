import { enumerate } from '../shared/text.ts';
import { type Evidence, unixSocketsRead } from '../snapshot/evidence.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import { isHarmlessDevice } from '../snapshot/harmless-devices.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { type ShownThing, TEMPORARY } from '../snapshot/shown-things.ts';
import { deviceKind } from './dangerous-devices.ts';
import {
  isAmongSystemFiles,
  isForTemporary,
  isOfLogs,
  isOfService,
  placesIn,
  sensitiveFolders,
  socketsIn,
  touches,
  touchingOne,
} from './dangerous-places.ts';
import type { EngineHost } from './engine-host.ts';
import { isHarmless } from './harmless-places.ts';
import { isEngineSocket, mountName, shownPath } from './mounts.ts';
import { type Severity, severities } from './rule.ts';
import {
  isHomes,
  isKeysElsewhere,
  isOfRootsHome,
  isOfUsersRuntime,
  isUserCredentials,
  isUserKeys,
  isUserStart,
  sessionAt,
} from './users-places.ts';

/** True for a host path that no container should see. */
export type IsSensitive = (path: string) => boolean;

/** Equal to, inside, or parent of a sensitive path; `/` itself holds everything, so only equal. */
export function sensitivity(
  sensitivePaths: readonly string[],
  socketPaths: readonly string[],
  engine: EngineHost | null,
): IsSensitive {
  const own = engine?.places ?? [];
  // A folder with a socket in it belongs to no-docker-socket-mount, with the data of the engine beside that.
  const holdsSocket = (path: string) => socketPaths.some((one) => isWithin(one, path));
  const holdsOwn = (path: string) =>
    own.some(
      (one) => touches(path, one.path) && !(one.path === engine?.dataRoot && holdsSocket(path)),
    );
  const touchesNamed = touchingOne(sensitivePaths.filter((one) => one !== '/'));
  const isRootNamed = sensitivePaths.includes('/');
  return (path) =>
    !isEngineSocket(path, socketPaths) &&
    // By which a file is hidden, say: every container has the same.
    (!isHarmlessDevice(path) || sensitivePaths.includes(path)) &&
    (holdsOwn(path) ||
      isUserKeys(path) ||
      isUserCredentials(path) ||
      sessionAt(path) !== null ||
      (path === '/' && isRootNamed) ||
      touchesNamed(path));
}

const ofSystem: ReadonlySet<string> = new Set(sensitiveFolders);

/** True for a path that the policy alone calls sensitive. */
export const namedBy = (sensitivePaths: readonly string[]): IsSensitive =>
  touchingOne(sensitivePaths.filter((one) => !ofSystem.has(one)));

/** A mount with one thing that it shows and should not. */
interface Offence {
  one: ShownMount;
  thing: ShownThing;
  isWritable: boolean;
}

/** True for what no container should see, or write to. */
export const isOffending = (
  thing: ShownThing,
  isWritable: boolean,
  isSensitive: IsSensitive,
): boolean =>
  thing.kind === 'path'
    ? isSensitive(thing.path) || (isWritable && isOfLogs(thing.path))
    : thing.kind === 'disk' && thing.isHosts;

/** True for what stays as it is, though the mount is writable. */
export const isKept = (thing: ShownThing): boolean =>
  thing.kind === 'path' && thing.isReadonly === true;

/**
 * Why nobody can tell of a thing whether it is sensitive; none where one can. `sockets` are those that listen below
 * /tmp, if that was read.
 */
export function doubtOf(
  thing: ShownThing,
  one: ShownMount,
  sockets: readonly string[] | undefined,
): string[] {
  if (thing.kind === 'disk') {
    return [
      `${mountName(one)} is the filesystem on ${thing.device}, and nobody read what it holds`,
    ];
  }
  if (thing.kind !== 'path') return [];
  if (isHomes(thing.path))
    return [`whether users of the host keep keys in ${thing.path} was not read`];
  const isWritten = one.mount.isWritable && !isKept(thing);
  return [
    ...(thing.path === TEMPORARY ? doubtOfSockets(sockets) : []),
    ...(isWritten && isUserStart(thing.path)
      ? [`whether a user of the host runs what they put into ${thing.path} was not read`]
      : []),
    ...(isWritten && isForTemporary(thing.path)
      ? [`whether programs of root run what they put into ${thing.path} was not read`]
      : []),
  ];
}

/** Of a mounted /tmp. */
function doubtOfSockets(sockets: readonly string[] | undefined): string[] {
  if (sockets === undefined) return ['whether users of the host have sockets in /tmp was not read'];
  const others = sockets.filter((path) => sessionAt(path) === null);
  return others.length === 0 ? [] : [`nobody read who listens at ${enumerate(others)}`];
}

/** What tells of sockets in a mounted /tmp; nothing where none is mounted, or where they were not read. */
export const socketEvidence = (
  shown: readonly ShownMount[],
  sockets: readonly string[] | undefined,
): Evidence[] =>
  sockets !== undefined &&
  shown.some(({ things }) => things.some((one) => one.kind === 'path' && one.path === TEMPORARY))
    ? [unixSocketsRead('sockets below /tmp', sockets)]
    : [];

/** What the mount may show by the kernel's word; completes the message of a pass. */
export function openEndOf(thing: ShownThing, mount: MountFact, isSensitive: IsSensitive): string[] {
  const isOpen = thing.kind === 'maybe' && isSensitive(thing.path);
  return isOpen ? [`whether ${mount.hostPath} leads to ${thing.path} could not be resolved`] : [];
}

/** What the grade of a mount hangs on beside the mount. */
interface Around {
  engine: EngineHost | null;
  /** Root inside is another user outside. */
  isMapped: boolean;
  /** True for a path that the policy alone calls sensitive: whose it is, and how bad a mount of it, nobody else knows. */
  isNamed(path: string): boolean;
}

/** What to say of such mounts, the worst first, and how bad that is. */
export function weighed(
  offences: readonly Offence[],
  around: Around,
): { message: string; severity: Severity } {
  const graded = offences.map((one) => ({ ...one, grade: gradeOf(one, around) }));
  const worst = graded.toSorted(
    (a, b) => severities.indexOf(b.grade) - severities.indexOf(a.grade),
  );
  const reason = reasonOf(worst, around.engine);
  const bound = reason !== '' && around.isMapped ? OF_MAPPED : '';
  const message = `mounts ${enumerate(worst.map(inWords))}${reason}${bound}`;
  return { message, severity: worst[0]?.grade ?? 'high' };
}

/** Completes what somebody could do who is root of a container, where that is not the host's. */
export const OF_MAPPED =
  '; its root is another user outside, whom owner and mode may keep from that';

/** Why the first of the mounts is dangerous, for a person; empty where no single way is known. */
function reasonOf(offences: readonly Offence[], engine: EngineHost | null): string {
  for (const { thing, isWritable } of offences) {
    const reason = reasonAt(thing.kind === 'path' ? thing.path : '/', isWritable, engine);
    if (reason !== null) return `: whoever ${reason}`;
  }
  return '';
}

function reasonAt(path: string, isWritable: boolean, engine: EngineHost | null): string | null {
  const places = placesIn(path, engine);
  const written = places.find(({ writing }) => isWritable && writing !== null);
  if (written) return `writes there ${written.writing}`;
  const [socket] = socketsIn(path, places);
  if (socket) return `connects there ${socket.connecting}`;
  const read = places.find(({ reading }) => reading !== null);
  return read ? `reads there ${read.reading}` : null;
}

/**
 * High for who writes, and for who connects, which a read-only mount does not stop; low where nothing becomes of it.
 * What is a service's, of which no single way is known, is medium either way: its socket may lie there. So is what root
 * keeps in its home under a plain name and is written there. A step lower
 * where root inside is another user outside, whom owner and mode of what is root's bind: of other folders, and of those
 * that hold more than that, nobody knows whose it is.
 */
function gradeOf({ thing, isWritable }: Offence, { engine, isMapped, isNamed }: Around): Severity {
  if (thing.kind !== 'path') return isWritable ? 'high' : 'medium';
  const { path } = thing;
  if (isOfNoUse(path, isWritable, { engine, isNamed })) return 'low';
  if (isUserCredentials(path) && !isNamed(path)) return 'medium';
  if (isOfService(path, engine) && !isNamed(path)) return 'medium';
  if (isOfLogs(path) && !isNamed(path)) return isMapped ? 'low' : 'medium';
  if (isOfRootsHome(path) || isKeysElsewhere(path)) return isWritable ? 'medium' : 'low';
  if (socketsIn(path, placesIn(path, engine)).length > 0) return 'high';
  // Sound and windows of a session, which run nothing.
  if (isOfUsersRuntime(path) && !isNamed(path)) return 'medium';
  if (isNodes(path, engine) && !isNamed(path)) {
    return isWritable && isOfDisks(path) ? 'medium' : 'low';
  }
  const isBound = isMapped && !isNamed(path) && isOfRoot(path, engine);
  if (SHARED_MEMORY.some((folder) => isWithin(path, folder))) return 'medium';
  if (isWritable) return isBound ? 'medium' : 'high';
  return isBound ? 'low' : 'medium';
}

/**
 * True where nothing becomes of a mount, whoever has it: not where the team names the place, nor where the engine keeps
 * its secrets there.
 */
export const isOfNoUse = (
  path: string,
  isWritable: boolean,
  { engine, isNamed }: { engine: EngineHost | null; isNamed: IsSensitive },
): boolean =>
  isHarmless(path, isWritable) &&
  !isNamed(path) &&
  placesIn(path, engine).every(({ reading }) => reading === null);

/** Below /dev, where devices lie: who may open one has a finding of its own, and others get nothing of its node. */
const isNodes = (path: string, engine: EngineHost | null): boolean =>
  path !== '/dev' && isWithin(path, '/dev') && placesIn(path, engine).length === 0;
/** Links by which the host finds what it mounts; those of a group of volumes have any name. */
const isOfDisks = (path: string): boolean =>
  /^\/dev\/(disk|mapper|block|md|zvol)(\/|$)/.test(path) || deviceKind(path) === 'unclear';

/** Everybody’s, and as much as the IPC namespace of the host shows of it. */
const SHARED_MEMORY = ['/dev/shm', '/dev/mqueue', '/dev/hugepages'];
/** With terminals of who is logged in, processes of other containers, homes of OSTree, and the stores of one user. */
const OF_OTHERS = ['/dev/pts', '/sysroot', '/ostree', '/nix'];

/** A place of root's, or among files of the system; with nothing of users, of the engine or of services in it. */
const isOfRoot = (path: string, engine: EngineHost | null): boolean =>
  (placesIn(path, engine).length > 0 || isAmongSystemFiles(path)) &&
  !isWithin('/var/lib', path) &&
  !isUserKeys(path) &&
  !isUserStart(path) &&
  !isHomes(path) &&
  !OF_OTHERS.some((one) => isWithin(path, one)) &&
  !['/dev/pts', '/proc'].some((one) => isWithin(one, path)) &&
  (engine === null || !touches(path, engine.dataRoot));

/** `/etc writable`. */
const inWords = ({ one, thing, isWritable }: Offence): string => {
  const name =
    thing.kind === 'path'
      ? shownPath(thing.path, one)
      : `the filesystem of the engine's own disk (as ${mountName(one)})`;
  return `${name} ${isWritable ? 'writable' : 'read-only'}`;
};
