import {
  innerAsksForCertificates,
  isManagerImage,
  socketMounts,
} from '../rules/engine-managers.ts';
import { type ManagementPort, managementPorts } from '../rules/ports.ts';
import type { ListenerFacts, ListeningSocket } from '../snapshot/facts/listeners.ts';
import { perContainer } from '../snapshot/outcome.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { scopeOf } from '../surface/addresses.ts';
import { openPorts } from '../surface/published-ports.ts';
import { type OpenApi, placeOf } from './api-edges.ts';
import type { Condition } from './graph.ts';
import { isLetTo } from './kept-apart.ts';
import type { NetworkOwner } from './network-owner.ts';
import { missing, type Power } from './power.ts';
import type { Holders } from './sight.ts';

/** A container in which a program starts containers, or may where `reason` says why nobody knows. */
export interface Spot {
  power: Power;
  /** Whose network it is in. */
  owner: Exclude<NetworkOwner, 'nowhere'>;
  /** Nobody else is in its network namespace, who might be the one that listens. */
  isAlone: boolean;
  /** Those that ask for less first. */
  doors: readonly Door[];
  /** All of its doors ask for a certificate. */
  isLocked: boolean;
  reason: string | null;
}

/** A port on which such a program may listen, and whether that is beyond the loopback address. */
export interface Door extends ManagementPort {
  addresses: readonly string[];
  isOutward: boolean;
}

/** Such a door where it stands on the host, by a port that is published or in a network that is the host's. */
export interface HostDoor {
  spot: Spot;
  door: Door;
  address: string;
  port: number;
  conditions: readonly Condition[];
}

interface SpotFacts extends Pick<Snapshot, 'listeners'> {
  holders: Holders;
  /** Of the engine of the host. */
  apis: readonly OpenApi[];
  /** Of sockets on the host's network: such a one leads into another container. */
  isPublished: (socket: ListeningSocket) => boolean;
}

/** The spots among running containers. `holders` are the nodes of those that hold a way to the host. */
export function spotsAmong(
  live: readonly Power[],
  ownerOf: (power: Power) => NetworkOwner,
  { listeners, holders, isPublished, apis }: SpotFacts,
): Spot[] {
  const sharing = Map.groupBy(live, ownerOf);
  const listenersOf = perContainer(
    listeners.state === 'read' ? { state: 'read', value: listeners.value.containers } : listeners,
  );
  const host = listeners.state === 'read' ? listeners.value.host : undefined;
  return live.flatMap((power): Spot[] => {
    const owner = ownerOf(power);
    if (!holders.has(power.node.id) || owner === 'nowhere') return [];
    const isAlone = typeof owner !== 'string' && sharing.get(owner)?.length === 1;
    const told = toldOf(listenersOf(power.container.id), owner === 'host' ? host : undefined);
    const isRead = told.state === 'read';
    const isManager = isManaging(power);
    // An engine runs privileged, and a proxy of one has its socket.
    const mayRun = power.container.isPrivileged || isManager;
    if (!isRead && !mayRun) return [];
    const isOwn = (socket: ListeningSocket) => typeof owner !== 'string' || !isPublished(socket);
    // Programs of all kinds use the numbers of the others too, and the host has many.
    const isFit = ({ kind, port }: ManagementPort) =>
      kind === 'engine' ? isOfItsOwn(port, owner, apis) : kind === 'manager' ? isManager : mayRun;
    // Where no level reads them: what the image says that it listens on.
    const isByImage = !isRead && told.isLeftOut === true;
    const sockets = isRead ? told.value.sockets.filter(isOwn) : null;
    const found = isByImage ? exposedDoors(isFit, power) : doorsOf(isFit, sockets);
    const reason = isRead || isByImage ? null : told.reason;
    return [false, true].flatMap((isLocked) => {
      const doors = found.filter(({ letsAnybodyIn }) => (letsAnybodyIn === false) === isLocked);
      return doors.length === 0 ? [] : [{ power, owner, isAlone, doors, isLocked, reason }];
    });
  });
}

type Told = NonNullable<ListenerFacts['host']>;

/** The network of the host may have been read through no container. */
const toldOf = (own: Told, host: Told | undefined): Told =>
  own.state === 'unread' && host?.state === 'read' ? host : own;

/** Where those of its doors stand that are on the host. */
export function hostDoorsOf(spot: Spot): HostDoor[] {
  const { owner, power } = spot;
  if (typeof owner !== 'string') {
    return openPorts(owner.container).flatMap(({ protocol, containerPort, hostIp, hostPort }) => {
      const behind = ({ isOutward, port }: Door) => isOutward && port === containerPort;
      const door = protocol === 'tcp' ? spot.doors.find(behind) : undefined;
      return door ? [{ spot, door, address: hostIp, port: hostPort, conditions: [] }] : [];
    });
  }
  const text = `the network namespace of ${power.node.name} is the host's (unknown)`;
  const conditions = owner === 'host' ? [] : [missing(text)];
  return spot.doors.flatMap((door) =>
    door.addresses.map((address) => ({ spot, door, address, port: door.port, conditions })),
  );
}

const isManaging = ({ container, engine, shown, seen }: Power): boolean =>
  (shown.length > 0 &&
    socketMounts(shown, [...(engine?.socketPaths ?? []), ...seen.sockets]).length > 0) ||
  isManagerImage(container);

/** A certificate for an engine may be had, see `shared-engines.ts`; the password of a person is not. */
const mayLetIn = ({ kind, letsAnybodyIn }: ManagementPort): boolean =>
  letsAnybodyIn !== false || kind === 'engine';

/** The doors of a container by the ports that its image, or who started it, says that it opens. */
function exposedDoors(isFit: (known: ManagementPort) => boolean, { container }: Power): Door[] {
  const isExposed = ({ port }: Door) =>
    container.exposedPorts.some((one) => one.protocol === 'tcp' && one.containerPort === port);
  // The image exposes both of its ports and listens on one.
  const isShut = ({ kind, letsAnybodyIn }: Door) =>
    kind === 'engine' && letsAnybodyIn === true && innerAsksForCertificates(container) === true;
  return doorsOf(isFit, null).filter((door) => isExposed(door) && !isShut(door));
}

/** The doors of a container by the sockets of its network; where these were not read those that it may have. */
function doorsOf(
  isFit: (known: ManagementPort) => boolean,
  sockets: readonly ListeningSocket[] | null,
): Door[] {
  return managementPorts.flatMap((known): Door[] => {
    if (!mayLetIn(known) || !isFit(known)) return [];
    if (sockets === null) return [{ ...known, addresses: [''], isOutward: true }];
    const found = sockets.filter(({ protocol, port }) => protocol === 'tcp' && port === known.port);
    const addresses = found.map(({ address }) => address);
    const isOutward = addresses.some((address) => scopeOf(address) !== 'loopback');
    return found.length === 0 ? [] : [{ ...known, addresses, isOutward }];
  });
}

/** A port of an engine that is not the one of the host, whose API is there as well. */
const isOfItsOwn = (port: number, owner: NetworkOwner, apis: readonly OpenApi[]): boolean =>
  typeof owner !== 'string' || !apis.some((api) => placeOf(api.address).port === port);

/**
 * The door that a link leaves open in a network that keeps its members apart, one that is so for sure before others, and
 * what it hangs on; null for none.
 */
export function doorByLink(
  linked: Parameters<typeof isLetTo>[0],
  doors: readonly Door[],
): { door: Door; conditions: Condition[] } | null {
  const outward = doors.filter(({ isOutward }) => isOutward);
  const isOpen = ({ port }: Door) => isLetTo(linked, { protocol: 'tcp', port });
  const sure = outward.find((door) => isOpen(door) === true);
  if (sure) return { door: sure, conditions: [] };
  const door = outward.find((one) => isOpen(one) === null);
  return door ? { door, conditions: [missing(`a link opens port ${door.port} (unknown)`)] } : null;
}
