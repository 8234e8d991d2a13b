import { typesOf } from '../controls/selinux-levels.ts';
import type { DangerousPlace } from '../rules/known-places.ts';
import { isOfRootsSession, mayHoldRootsSession } from '../rules/users-places.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { Condition, Edge } from './graph.ts';
import { isBySelinux, missing, type Power, runtimeLimit, stepTo } from './power.ts';
import { confinementLimit } from './privilege-edges.ts';

/** What stands before the host where only one of its users is reached. */
export const ifMayBeRoot = missing('that user may become root (unknown)');

/** SELinux lets no container connect to a service of the host, whatever the label of the socket's file (`container_domain`). */
export const connectingLimit = (power: Power): Condition[] =>
  isBySelinux(power) ? confinementLimit(power) : [];

/** The type of containers in machines of their own, which the policy lets connect to the engine (`container_kvm_t`). */
const OF_MACHINES = 'container_kvm_t';

/** Before a socket of the host's engine, or of another: that may run under `spc_t`, to which all containers may connect. */
export function engineLimit(power: Power, isOwn: boolean): Condition[] {
  const levels = power.confinement?.levels ?? null;
  if (levels === null) return [];
  if (!isOwn) return [ifOpenToAll];
  return typesOf(levels).includes(OF_MACHINES) ? [] : connectingLimit(power);
}

const ifOpenToAll = missing(
  'the program behind it has an SELinux type that it may connect to (unknown)',
);

/** Through a socket of somebody's session: who is root may be any user. `connecting` says what that does. */
export function sessionStep(
  power: Power,
  path: string,
  connecting: string,
  evidence: Edge['evidence'],
): Edge {
  const isOfRoot = isOfRootsSession(path);
  const ifRoots = mayHoldRootsSession(path) ? ifSession : ifMayBeRoot;
  return connectingStep(power, path, {
    says: `reaches ${path} of the host, where whoever connects ${connecting}`,
    conditions: [
      ...(path.endsWith('/bus') ? ifNotRefused(power) : []),
      ...(isOfRoot ? [] : [ifRoots]),
    ],
    evidence,
  });
}

const ifSession = missing('root has a session there (unknown)');

/** D-Bus asks AppArmor of each message, by the profile of the sender. */
const ifNotRefused = ({ confinement }: Power): Condition[] =>
  confinement?.name.startsWith('AppArmor')
    ? [missing(`its ${confinement.name} does not refuse it (unknown)`)]
    : [];

const ifObeyed = missing('the service runs what it is told there (unknown)');
const ifOrdered = missing('its user may give orders there (unknown)');

/** Through the sockets of services that obey root. */
export function serviceStep(
  power: Power,
  path: string,
  sockets: readonly DangerousPlace[],
  evidence: Edge['evidence'],
): Edge {
  const isBus = sockets.every((socket) => isWithin(socket.path, '/run/dbus'));
  const what = sockets.some((one) => one.path === path) ? 'the socket' : 'the sockets in';
  return connectingStep(power, path, {
    says: `reaches ${what} ${path} of the host, whose service runs programs as root`,
    conditions: [
      ...(isBus ? ifNotRefused(power) : []),
      ...(sockets.every((one) => one.isUnsure) ? [ifObeyed] : []),
    ],
    evidence,
  });
}

/** The step through sockets at a path to who obeys there; `conditions` are those beside what any connection needs. */
function connectingStep(
  power: Power,
  path: string,
  { conditions, ...told }: Pick<Edge, 'says' | 'conditions' | 'evidence'>,
): Edge {
  return stepTo(power, {
    ...{ kind: 'service-socket', name: path, rules: ['no-sensitive-mount'] },
    ...told,
    conditions: [
      ...power.always,
      ...runtimeLimit(power),
      ...connectingLimit(power),
      ...(power.isRoot === true && !power.isMapped ? [] : [ifOrdered]),
      ...conditions,
    ],
  });
}
