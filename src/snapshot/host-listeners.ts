import { type Reading, read, unread } from '../shared/reading.ts';
import type { ProbeOutput, ProcPath } from './collector.ts';
import type { NamespaceListeners } from './facts/listeners.ts';
import { SOCKET_FILES, socketsOf } from './listener-targets.ts';
import type { Bridge } from './normalise/networks.ts';
import { routesOf } from './normalise/proc-net.ts';
import { textIn } from './probe-runs.ts';

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
  return sockets.state === 'read'
    ? read({ readAt: output.readAt, sockets: sockets.value })
    : sockets;
}
