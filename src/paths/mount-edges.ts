import { isAmongSystemFiles, placesIn, socketsIn } from '../rules/dangerous-places.ts';
import { HARDWARE } from '../rules/known-places.ts';
import {
  isByOverlay,
  isEngineSocket,
  isSocketOfUser,
  isUnclearSocket,
  mountEvidence,
  reachesSocket,
} from '../rules/mounts.ts';
import { isHomes, isUserKeys, isUserStart, sessionAt } from '../rules/users-places.ts';
import { connection, inspected } from '../snapshot/evidence.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { type ShownThing, TEMPORARY } from '../snapshot/shown-things.ts';
import {
  controlGroupLimit,
  controlGroupsAt,
  isControlGroup,
  isIdleTree,
  stepsBelow,
} from './control-groups.ts';
import type { Condition, Edge } from './graph.ts';
import {
  afterNextStart,
  broughtBy,
  isBySelinux,
  missing,
  type Power,
  pluginLimit,
  readingAlone,
  runtimeLimit,
  type SocketAccess,
  stepTo,
  throughFiles,
  weakness,
} from './power.ts';
import { kernelFilesLimit, writtenLimit } from './privilege-edges.ts';
import { processSteps } from './process-mounts.ts';
import { engineLimit, ifMayBeRoot, serviceStep, sessionStep } from './service-steps.ts';

/** Sockets of an engine that could not be asked where its sockets are. */
const USUAL_SOCKETS: readonly string[] = ['/run/docker.sock', '/run/containerd/containerd.sock'];

/** What a container's mounts give it of the host: sockets, places to write, secrets to read. */
export function mountEdges(power: Power): Edge[] {
  const { engine, seen, shown: all } = power;
  if (all.length === 0) return [];
  const socketPaths = [...(engine?.socketPaths ?? USUAL_SOCKETS), ...seen.sockets];
  return all.flatMap((shown) =>
    shown.things.flatMap((thing): Edge[] => {
      if (thing.kind === 'disk') return [diskStep(power, shown, thing.device, thing.isHosts)];
      if (thing.kind === 'alike') return alikeSteps(power, shown, thing, socketPaths);
      if (thing.kind !== 'path') return [];
      const { path } = thing;
      const isSocket = isEngineSocket(path, socketPaths);
      const isReached = reachesSocket(path, shown, socketPaths);
      const steps = [
        ...(isReached || (isUnclearSocket(path) && !isBesideOthers(shown, path))
          ? [socketStep(power, shown, thing, isReached ? socketPaths : null)]
          : []),
        ...(isSocket
          ? []
          : [
              ...fileSteps(power, shown, path, { isReached, isOnPlace: thing.isReadonly !== true }),
              ...processSteps(power, shown, path),
              ...(isReached ? [] : stepsBelow(power, shown, path)),
            ]),
      ];
      return thing.isNext ? steps.map(afterNextStart) : steps;
    }),
  );
}

/** What listens in a folder that is mounted: no-sensitive-mount tells of it, and nobody asked for it. */
const isBesideOthers = ({ things }: ShownMount, path: string): boolean =>
  path !== TEMPORARY && things.some((one) => one.kind === 'path' && one.path === TEMPORARY);

/** The same steps as by the other name, as long as it is one. */
function alikeSteps(
  power: Power,
  shown: ShownMount,
  { path, asked }: { path: string; asked: string },
  socketPaths: readonly string[],
): Edge[] {
  const steps = socketPaths.includes(path)
    ? [socketStep(power, shown, { kind: 'path', path }, socketPaths)]
    : fileSteps(power, shown, path, { isReached: false, isOnPlace: true });
  const isSame = missing(`${asked} is another name of it (unknown)`);
  return steps.map((step) => ({ ...step, conditions: [...step.conditions, isSame] }));
}

function socketStep(
  power: Power,
  shown: ShownMount,
  thing: Extract<ShownThing, { kind: 'path' }>,
  socketPaths: readonly string[] | null,
): Edge {
  const { path } = thing;
  const isParent = socketPaths?.some((socket) => socket !== path && isWithin(socket, path));
  const isOwnSocket = (power.engine?.socketPaths ?? USUAL_SOCKETS).some((one) =>
    isWithin(one, path),
  );
  // A read-only mount does not stop `connect()`; the socket's owner and mode do, for all but root.
  const conditions: Condition[] = [
    ...power.always,
    ...runtimeLimit(power),
    ...engineLimit(power, isOwnSocket),
    ...(isOfDaemonAlone(power, path, socketPaths) ? pluginLimit(power.engine) : []),
  ];
  const byMode = power.sockets.find(
    (one) => one.paths.some((socket) => isWithin(socket, path)) && opens(power, one),
  );
  if (!byMode && power.isRoot === null) {
    conditions.push(missing('its user may open the socket (unknown)'));
  } else if (!byMode && (!power.isRoot || power.isMapped)) {
    conditions.push(missing("its user is in the socket's group (unknown)"));
  }
  if (isByOverlay(thing)) conditions.push(missing('a connect passes the overlay (unknown)'));
  if (socketPaths === null) conditions.push(missing('an engine listens there (unknown)'));
  // Of the engine itself, where it is such a one, that stands before everything already.
  const { engine } = power;
  if (engine && !engine.isRootless && isSocketOfUser(path, engine, power.seen.sockets)) {
    conditions.push(ifMayBeRoot);
  }
  return stepTo(power, {
    kind: 'socket',
    name: path,
    says: isParent
      ? `mounts ${path}, which holds an engine socket`
      : `mounts the ${socketPaths === null ? '' : 'engine '}socket (${path})`,
    conditions,
    evidence: () => [
      ...mountEvidence(shown),
      connection('known socket paths', socketPaths),
      ...(byMode && power.isRoot !== true ? [byMode.evidence] : []),
    ],
    rules: ['no-docker-socket-mount'],
    ...broughtBy(shown),
  });
}

/** Shows the socket by which the engine itself is asked, and neither containerd's nor another's beside it, which ask no plugin. */
function isOfDaemonAlone(
  { engine }: Power,
  path: string,
  socketPaths: readonly string[] | null,
): boolean {
  const [own = ''] = engine?.socketPaths ?? [];
  const shown = (socketPaths ?? []).filter((socket) => isWithin(socket, path));
  return isWithin(own, path) && shown.every((socket) => socket === own);
}

/** A number is the same group inside and outside, unless a user namespace lies between. */
const opens = ({ isMapped, groups, seenGroups }: Power, socket: SocketAccess): boolean =>
  socket.isOpenToAll ||
  (!isMapped &&
    [...groups, ...(seenGroups?.ids ?? [])].some(
      (one) => /^\d+$/.test(one) && socket.groups.includes(Number(one)),
    ));

function fileSteps(
  power: Power,
  shown: ShownMount,
  path: string,
  { isReached, isOnPlace }: { isReached: boolean; isOnPlace: boolean },
): Edge[] {
  if (isIdleTree(power, shown, path)) return [];
  const places = placesIn(path, power.host);
  const ofUsers = isUserKeys(path) || isHomes(path);
  const isStart = isUserStart(path);
  const { destination } = shown.mount;
  const isWritable = shown.mount.isWritable && isOnPlace;
  const isOfGroups = isControlGroup(path);
  const evidence = () => mountEvidence(shown);
  const rules = ['no-sensitive-mount'];
  const brought = broughtBy(shown);
  const written = places.filter(({ writing }) => writing !== null);
  const isSocket = places.some((one) => one.path === path && one.connecting !== undefined);
  const isUnsure = written.length > 0 && written.every((one) => one.isUnsure);
  const after = written.every((one) => one.after !== undefined) ? written[0]?.after : undefined;
  const opensWriting = isOfGroups || ofUsers || written.length > 0;
  // Of a socket that is mounted nobody can take the place.
  if (!isSocket && isWritable && (opensWriting || isAmongSystemFiles(path))) {
    return [
      stepTo(power, {
        kind: 'writable-mount',
        name: path,
        says: `can write to ${path} of the host`,
        conditions: [
          ...throughFiles(power, 'write there'),
          ...labelLimit(power, shown, path),
          ...(isOfGroups
            ? [...kernelFilesLimit(power, destination), ...controlGroupLimit(power, path)]
            : kernelLimit(power, shown, path)),
          ...(opensWriting && !isUnsure ? [] : [missing('root runs or reads it (unknown)')]),
          ...(ofUsers ? [missing('a user with keys there may become root (unknown)')] : []),
          ...(isStart ? [ifMayBeRoot] : []),
          ...(after === undefined || isOfKernel(path) ? [] : [weakness(after)]),
        ],
        evidence,
        rules,
        ...brought,
      }),
    ];
  }
  // An engine that is reached there does all that the others do.
  const sockets = isReached ? [] : socketsIn(path, places);
  const session = isReached ? null : sessionAt(path);
  if (session !== null) return [sessionStep(power, path, session, evidence)];
  if (sockets.length > 0) return [serviceStep(power, path, sockets, evidence)];
  if (places.some(({ reading }) => reading !== null)) {
    return [
      stepTo(power, {
        kind: 'readable-mount',
        name: path,
        says: `can read ${path} of the host`,
        conditions: [
          ...throughFiles(power, 'read there'),
          ...labelLimit(power, shown, path),
          readingAlone,
        ],
        evidence,
        rules,
        ...brought,
      }),
    ];
  }
  return isWritable ? composeSteps(power, shown, path) : [];
}

/** SELinux refuses what has a label of the host; whether somebody gave it one of containers is not read, but by the engine. */
function labelLimit(power: Power, { mount }: ShownMount, path: string): Condition[] {
  return isBySelinux(power) && !mount.isRelabelled && !isOfKernel(path)
    ? [missing('its SELinux label may get at what is mounted, by the label of that (unknown)')]
    : [];
}

const isOfKernel = (path: string): boolean => isWithin(path, '/proc') || isWithin(path, '/sys');

/** Control groups, which come along with a bind of /sys, are a way by themselves. */
function kernelLimit(power: Power, { mount }: ShownMount, path: string): Condition[] {
  const { destination, hostPath, isNonRecursive = false } = mount;
  if (isWithin(path, '/proc')) {
    const isHardware = isWithin(HARDWARE, path) && path !== '/proc';
    const limit = isHardware || isWithin(path, HARDWARE) ? [writtenLimit(path)] : [];
    return [...kernelFilesLimit(power, destination), ...limit];
  }
  if (!isWithin(path, '/sys')) return [];
  const groups =
    hostPath === null || isNonRecursive ? null : controlGroupsAt(power, path, destination);
  return groups === null
    ? [...kernelFilesLimit(power, destination), writtenLimit(path)]
    : kernelFilesLimit(power, groups);
}

function diskStep(power: Power, shown: ShownMount, device: string, isHosts: boolean): Edge {
  const { isWritable } = shown.mount;
  return stepTo(power, {
    kind: isWritable ? 'writable-mount' : 'readable-mount',
    name: device,
    says: `can ${isWritable ? 'write to' : 'read'} the filesystem on ${device}`,
    conditions: [
      ...throughFiles(power, isWritable ? 'write there' : 'read there'),
      ...labelLimit(power, shown, device),
      ...(isHosts ? [] : [missing('the host runs from that disk (unknown)')]),
      ...(isWritable ? [] : [readingAlone]),
    ],
    evidence: () => mountEvidence(shown),
    rules: ['no-sensitive-mount'],
  });
}

/**
 * Through the files from which Compose made a container that writes to them: what it puts there is done when somebody
 * brings the project up again. The label names files of the machine where Compose ran, which need not be the host.
 */
function composeSteps(power: Power, shown: ShownMount, path: string): Edge[] {
  const { composeFiles = [] } = power.container;
  const own = composeFiles.filter((file) => isWithin(file, path));
  if (own.length === 0) return [];
  return [
    stepTo(power, {
      kind: 'writable-mount',
      name: own.join(', '),
      says: `can write to ${own.join(', ')}, from which Compose makes it`,
      conditions: [
        ...throughFiles(power, 'write there'),
        missing('Compose is run on the host itself (unknown)'),
        weakness('somebody brings its Compose project up again'),
      ],
      evidence: () => [
        ...mountEvidence(shown),
        inspected('Config.Labels[com.docker.compose.project.config_files]', composeFiles),
      ],
      rules: [],
    }),
  ];
}
