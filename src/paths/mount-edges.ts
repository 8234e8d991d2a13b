import { isWithin, placesIn } from '../rules/dangerous-places.ts';
import { connection, inspected } from '../rules/evidence.ts';
import { isEngineSocket, mountLine } from '../rules/mounts.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import type { Condition } from './graph.ts';
import { type HostStep, stepTo } from './host-step.ts';
import { isMapped, missing, type Power, runtimeLimit, throughFiles, weakness } from './power.ts';

/** Sockets of an engine that could not be asked where its sockets are. */
const USUAL_SOCKETS: readonly string[] = ['/run/docker.sock', '/run/containerd/containerd.sock'];

/** What a container's mounts give it of the host: sockets, places to write, secrets to read. */
export function mountEdges(power: Power): HostStep[] {
  const { container, engine } = power;
  const socketPaths = engine?.socketPaths ?? USUAL_SOCKETS;
  return container.mounts.flatMap((mount) => {
    const { hostPath } = mount;
    if (hostPath === null || hostPath === '') return [];
    const isSocket = isEngineSocket(hostPath, socketPaths);
    const holdsSocket = socketPaths.some((socket) => isWithin(socket, hostPath));
    return [
      ...(isSocket || holdsSocket ? [socketStep(power, mount, hostPath, socketPaths)] : []),
      ...(isSocket ? [] : fileSteps(power, mount, hostPath)),
    ];
  });
}

function socketStep(
  power: Power,
  mount: MountFact,
  hostPath: string,
  socketPaths: readonly string[],
): HostStep {
  const isParent = socketPaths.some((socket) => socket !== hostPath && isWithin(socket, hostPath));
  // A read-only mount does not stop `connect()`; the socket's owner and mode do, for all but root.
  const conditions: Condition[] = [...power.always, ...runtimeLimit(power)];
  if (power.isRoot === null) {
    conditions.push(missing('its user may open the socket, which could not be read'));
  } else if (!power.isRoot || isMapped(power)) {
    conditions.push(missing("its user is in the socket's group, which was not read"));
  }
  return stepTo(power, {
    kind: 'socket',
    name: hostPath,
    says: isParent
      ? `mounts ${hostPath}, and an engine socket with it`
      : `mounts the engine socket (${hostPath})`,
    conditions,
    evidence: [
      inspected('Mounts', [mountLine(mount)]),
      connection('known socket paths', socketPaths),
    ],
    rules: ['no-docker-socket-mount'],
  });
}

function fileSteps(power: Power, mount: MountFact, hostPath: string): HostStep[] {
  const places = placesIn(hostPath, power.engine?.dataRoot ?? null);
  const evidence = [inspected('Mounts', [mountLine(mount)])];
  const rules = ['no-sensitive-mount'];
  if (mount.isWritable && places.some(({ writing }) => writing !== null)) {
    return [
      stepTo(power, {
        kind: 'writable-mount',
        name: hostPath,
        says: `can write to ${hostPath} of the host`,
        conditions: throughFiles(power, 'write there'),
        evidence,
        rules,
      }),
    ];
  }
  if (places.some(({ reading }) => reading !== null)) {
    return [
      stepTo(power, {
        kind: 'readable-mount',
        name: hostPath,
        says: `can read ${hostPath} of the host`,
        conditions: [
          ...throughFiles(power, 'read there'),
          weakness('a key or password found there opens the host'),
        ],
        evidence,
        rules,
      }),
    ];
  }
  return [];
}
