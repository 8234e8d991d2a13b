import { connection, inspected } from '../rules/evidence.ts';
import { isEngineSocket, isWithin, mountLine } from '../rules/mounts.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import type { Condition } from './graph.ts';
import { type HostStep, stepTo } from './host-step.ts';
import { isMapped, missing, type Power, runtimeLimit, throughFiles, weakness } from './power.ts';

/** Sockets of an engine that could not be asked where its sockets are. */
const USUAL_SOCKETS: readonly string[] = ['/run/docker.sock', '/run/containerd/containerd.sock'];

/** Whoever writes there runs code as root of the host, at the latest when it boots. */
const TAKEOVER_PATHS: readonly string[] = [
  ...['/bin', '/boot', '/lib', '/lib64', '/sbin'],
  ...['/usr/bin', '/usr/lib', '/usr/local/bin', '/usr/local/sbin', '/usr/sbin'],
  ...['/etc/cron.d', '/etc/cron.daily', '/etc/cron.hourly', '/etc/crontab', '/var/spool/cron'],
  ...['/etc/docker', '/etc/ld.so.preload', '/etc/pam.d', '/etc/systemd', '/run/systemd/system'],
  ...['/etc/passwd', '/etc/shadow', '/etc/sudoers', '/etc/sudoers.d', '/root'],
  ...['/proc/sys', '/proc/sysrq-trigger', '/sys/kernel'],
  ...['/var/lib/docker', '/var/lib/containerd'],
];

/** Whoever reads there finds password hashes, private keys or the files of every container. */
const SECRET_PATHS: readonly string[] = [
  ...['/etc/docker', '/etc/shadow', '/etc/ssh', '/root', '/var/lib/docker', '/var/lib/kubelet'],
];

/** What a container's mounts give it of the host: sockets, places to write, secrets to read. */
export function mountEdges(power: Power): HostStep[] {
  const { container, engine } = power;
  const socketPaths = engine?.socketPaths ?? USUAL_SOCKETS;
  const takeover = engine ? [...TAKEOVER_PATHS, engine.dataRoot] : TAKEOVER_PATHS;
  return container.mounts.flatMap((mount) => {
    const { hostPath } = mount;
    if (hostPath === null || hostPath === '') return [];
    const isSocket = isEngineSocket(hostPath, socketPaths);
    const holdsSocket = socketPaths.some((socket) => isWithin(socket, hostPath));
    return [
      ...(isSocket || holdsSocket ? [socketStep(power, mount, hostPath, socketPaths)] : []),
      ...(isSocket ? [] : fileSteps(power, mount, hostPath, takeover)),
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

function fileSteps(
  power: Power,
  mount: MountFact,
  hostPath: string,
  takeover: readonly string[],
): HostStep[] {
  const touches = (path: string) => isWithin(path, hostPath) || isWithin(hostPath, path);
  const evidence = [inspected('Mounts', [mountLine(mount)])];
  const rules = ['no-sensitive-mount'];
  if (mount.isWritable && takeover.some(touches)) {
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
  if (SECRET_PATHS.some(touches)) {
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
