import { addTo } from '../shared/add-to.ts';
import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import type { ProbeOutput, ProcPath } from './collector.ts';
import type { ListeningSocket, NamespaceListeners } from './facts/listeners.ts';
import type { KernelTarget } from './kernel-targets.ts';
import type { Bridge } from './normalise/networks.ts';
import { cgroupOwner } from './normalise/proc-cgroup.ts';
import { listenersOf, routesOf, type SocketFile } from './normalise/proc-net.ts';
import { textIn } from './probe-runs.ts';

/** The containers of one network namespace; the first is the one through which it is read. */
export type NetworkGroup = readonly [KernelTarget, ...KernelTarget[]];

/**
 * The network namespaces of containers, each once by its inode number: the host's own first, then
 * those that face outward, then those that neighbours reach. One without a network that nobody shares is
 * left out. Where the host's `ps` does not tell the numbers, each container
 * stands alone.
 */
export function networkGroups(targets: readonly KernelTarget[]): NetworkGroup[] {
  const byNamespace = new Map<string, [KernelTarget, ...KernelTarget[]]>();
  for (const target of targets) {
    const key = target.network.inode === null ? target.id : String(target.network.inode);
    addTo(byNamespace, key, target);
  }
  const reached = [...byNamespace.values()].filter((group) => group.some(isReached));
  return reached.sort((a, b) => rank(b) - rank(a));
}

const rank = (group: NetworkGroup): number =>
  isHosts(group) ? 2 : Number(group.some(facesOutward));

const isReached = (target: KernelTarget): boolean =>
  !target.network.isAlone || facesOutward(target);
/** A container of the group is on the host's network. */
export const isHosts = (group: NetworkGroup): boolean => group.some(isOnHost);

const isOnHost = ({ network }: KernelTarget): boolean => network.mode === 'host';
const facesOutward = ({ network }: KernelTarget): boolean =>
  network.isPublishing || network.mode === 'host' || network.mode.startsWith('container:');

/** The tables of IPv6 are missing on a kernel without it. */
const SOCKET_FILES = [
  'net/tcp6',
  'net/udp6',
  'net/udp',
  'net/tcp',
] as const satisfies readonly SocketFile[];
const LAST = 'net/tcp';

/** Of one process of a namespace; whose it is comes first. */
export const socketPaths = ([{ main }]: NetworkGroup): ProcPath[] => [
  { pid: main.pid, file: 'cgroup' },
  ...SOCKET_FILES.map((file) => ({ pid: main.pid, file })),
];

/** A namespace with more sockets that wait is not looked through. */
const SOCKETS_MAX = 10_000;

/**
 * What listens in the namespace of a group, if the process that it was read through still was the
 * container's. Throws `OutsideError` for a file that is malformed.
 */
export function groupListeners(
  [{ id, main }]: NetworkGroup,
  output: ProbeOutput,
): Reading<NamespaceListeners> {
  const cgroup = textIn(output, main.pid, 'cgroup');
  const sockets = socketsOf(output, main.pid);
  if (cgroup === undefined || sockets === undefined) {
    return unread(
      'its sockets are not in the output of the probe: it ended, or the output was too long',
    );
  }
  if (cgroupOwner(cgroup, id) !== 'container') {
    return unread('no control group proves that the process with its number is its main process');
  }
  return mapRead(sockets, (value) => ({ readAt: output.readAt, sockets: value }));
}

/**
 * What waits beside a process, each socket once; undefined where its tables are not in the output.
 * Throws `OutsideError` for a table that is malformed.
 */
function socketsOf(output: ProbeOutput, pid: number): Reading<ListeningSocket[]> | undefined {
  // The output is in the order of the paths, so that with the last file those before it are whole.
  if (textIn(output, pid, LAST) === undefined) return undefined;
  const sockets = SOCKET_FILES.flatMap((file) => {
    const text = textIn(output, pid, file);
    return text === undefined ? [] : listenersOf(pid, file, text);
  });
  if (sockets.length > SOCKETS_MAX) return unread(`${sockets.length} sockets wait in its network`);
  const unique = new Map(sockets.map((socket) => [Object.values(socket).join(' '), socket]));
  return read([...unique.values()].sort(byPort));
}

const byPort = (a: ListeningSocket, b: ListeningSocket): number =>
  a.protocol.localeCompare(b.protocol, 'en') ||
  a.port - b.port ||
  a.family.localeCompare(b.family, 'en') ||
  a.address.localeCompare(b.address, 'en');

/** The first process of the host, whose network is the host's, be no container on it. */
const FIRST = 1;

/** What is read of the host itself. */
export const hostPaths: readonly ProcPath[] = (['net/route', ...SOCKET_FILES] as const).map(
  (file) => ({ pid: FIRST, file }),
);

/**
 * What listens beside the host's first process, if that is where the engine has its bridges: the network
 * of a rootless engine, or of one in a container, is another. Throws `OutsideError` for a malformed file.
 */
export function hostListeners(
  output: ProbeOutput,
  bridges: readonly Bridge[],
): Reading<NamespaceListeners> {
  const table = textIn(output, FIRST, 'net/route');
  const sockets = socketsOf(output, FIRST);
  if (table === undefined || sockets === undefined) {
    return unread('the host’s own sockets are not in the output of the probe');
  }
  const routes = routesOf(FIRST, table);
  const isEngines = bridges.some((bridge) =>
    routes.some(
      (route) => route.interface === bridge.interface && bridge.gateways.some(route.covers),
    ),
  );
  if (!isEngines) {
    return unread(
      'no container is on the host’s network, and no bridge of the engine proves that the host’s first process is',
    );
  }
  return mapRead(sockets, (value) => ({ readAt: output.readAt, sockets: value }));
}
