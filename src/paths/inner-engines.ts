import { managesEngines } from '../rules/engine-managers.ts';
import { type ManagementPort, managementPorts } from '../rules/ports.ts';
import { inspected } from '../snapshot/evidence.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import { isKernelLevelNeeded } from '../snapshot/needed-level.ts';
import { perContainer } from '../snapshot/per-container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { scopeOf } from '../surface/addresses.ts';
import type { Condition, Edge } from './graph.ts';
import { leadsToHost } from './host-address.ts';
import { conditionsOf, isPassable, type Passage, type PassagesOf } from './kept-apart.ts';
import { ifOfHost, isLive, missing, type Power } from './power.ts';

/** What is near a container. */
export interface Neighbourhood extends Pick<Snapshot, 'listeners'> {
  networks: PassagesOf;
}

/** Containers with an engine that are told of one neighbour: any of them is a way. */
const REACHED_MAX = 20;

/** Steps into inner engines, and where more of them may be. */
interface InnerEngines {
  edges: Edge[];
  /** By the id of a container why it may reach another one through an engine there. */
  unread: ReadonlyMap<string, string>;
}

/**
 * Into a container that holds a way to the host and has a program of its own that starts containers, as an engine
 * for building images: whoever reaches it and is let in owns what the container holds. `holders` are the nodes of such.
 * Where it was to be read what listens there and was not, whoever would reach it has a way that is open.
 */
export function innerEngines(
  powers: readonly Power[],
  { networks, listeners }: Neighbourhood,
  holders: ReadonlySet<string>,
): InnerEngines {
  const listenersOf = perContainer(
    listeners.state === 'read' ? { state: 'read', value: listeners.value.containers } : listeners,
  );
  const live = powers.filter(({ container }) => isLive(container));
  const within = live.filter(({ namespaces }) => namespaces.network.isHost === false);
  const byName = new Map(within.map(({ container }) => [container.name, container]));
  // Of one that joined the network of another it is that one's.
  const ownerOf = ({ container, namespaces }: Power) =>
    byName.get(namespaces.network.joined ?? '') ?? container;
  const sharing = Map.groupBy(within, ownerOf);
  const passagesOf = (container: Power['container']) =>
    container.networks.flatMap((name) => (name === 'none' ? [] : networks(name, container)));
  const spots = within.flatMap((power): Spot[] => {
    if (!holders.has(power.node.id)) return [];
    const own = ownerOf(power);
    const isAlone = sharing.get(own)?.length === 1;
    const spot = { power, isAlone, own, passages: passagesOf(own), doors: [], reason: null };
    const told = listenersOf(power.container.id);
    if (told.state === 'read') {
      const doors = doorsOf(power, told.value.sockets);
      return doors.length === 0 ? [] : [{ ...spot, doors }];
    }
    const isOpen = mayRunOne(power) && !isKernelLevelNeeded(told.reason);
    return isOpen ? [{ ...spot, reason: told.reason }] : [];
  });
  if (spots.length === 0) return { edges: [], unread: new Map() };
  const [known, hidden] = [spotsAmong(spots, true), spotsAmong(spots, false)];
  const nearest = (power: Power, among: Spots) =>
    power.namespaces.network.isHost === false
      ? spotsNear(ownerOf(power), passagesOf(ownerOf(power)), among)
      : spotsFromHost(power, among);
  const unread = new Map<string, string>();
  for (const power of live) {
    const [first] = nearest(power, hidden).filter(({ spot }) => spot.power !== power);
    if (first) unread.set(power.container.id, whyHidden(first.spot));
  }
  return { edges: live.flatMap((power) => edgesFrom(power, nearest(power, known))), unread };
}

/** A port on which such a program may listen, and whether that is beyond the loopback address. */
interface Door extends ManagementPort {
  isOutward: boolean;
}

/** A container in which one listens, or may where `reason` says why nobody knows. */
interface Spot {
  power: Power;
  /** Whose network it is in, and the networks of that one. */
  own: Power['container'];
  passages: readonly Passage[];
  /** Nobody else is in its network namespace, who might be the one that listens. */
  isAlone: boolean;
  /** Those that ask for less first. */
  doors: readonly Door[];
  reason: string | null;
}

const isManaging = ({ container, engine }: Power): boolean =>
  managesEngines(container, engine?.socketPaths ?? []);

/** An engine runs privileged, and a proxy of one has its socket. */
const mayRunOne = (power: Power): boolean => power.container.isPrivileged || isManaging(power);

function doorsOf(power: Power, sockets: readonly ListeningSocket[]): Door[] {
  return managementPorts.flatMap((known) => {
    if (known.letsAnybodyIn === false || !isFitting(power, known)) return [];
    const found = sockets.filter(({ protocol, port }) => protocol === 'tcp' && port === known.port);
    const isOutward = found.some(({ address }) => scopeOf(address) !== 'loopback');
    return found.length === 0 ? [] : [{ ...known, isOutward }];
  });
}

/** Of the other ports programs of all kinds use the numbers too. */
function isFitting(power: Power, { kind }: ManagementPort): boolean {
  if (kind === 'engine') return true;
  return kind === 'manager' ? isManaging(power) : mayRunOne(power);
}

/** Spots by where they are reached. */
interface Spots {
  all: readonly Spot[];
  byOwner: ReadonlyMap<Power['container'], readonly Spot[]>;
  byNetwork: ReadonlyMap<string, readonly Spot[]>;
}

function spotsAmong(spots: readonly Spot[], isKnown: boolean): Spots {
  const all = spots.filter(({ reason }) => (reason === null) === isKnown);
  const members = all.flatMap((spot) => spot.passages.map(({ key }) => ({ key, spot })));
  const groups = Map.groupBy(members, ({ key }) => key);
  return {
    all,
    byOwner: Map.groupBy(all, ({ own }) => own),
    byNetwork: new Map([...groups].map(([key, group]) => [key, group.map(({ spot }) => spot)])),
  };
}

/** A spot with the network through which it is reached. */
interface Near {
  spot: Spot;
  what: string;
  conditions: readonly Condition[];
  /** In the same namespace, so that its loopback address is reached too. */
  isInside: boolean;
}

/** In the same namespace, and in networks that are shared: those first that keep their members least apart. */
function spotsNear(
  own: Power['container'],
  passages: readonly Passage[],
  { byOwner, byNetwork }: Spots,
): Near[] {
  const inside = (byOwner.get(own) ?? []).map((spot) => ({
    ...{ spot, what: 'the network that they share', conditions: [], isInside: true },
  }));
  const around = passages
    .filter(isPassable)
    .map((passage) => ({ passage, conditions: conditionsOf(passage) }))
    .sort((a, b) => a.conditions.length - b.conditions.length)
    .flatMap(({ passage: { key, name }, conditions }) =>
      (byNetwork.get(key) ?? []).map((spot) => ({
        ...{ spot, what: `the network ${name}`, conditions, isInside: false },
      })),
    );
  return [...inside, ...around.filter(({ spot }) => spot.own !== own)];
}

/** The host itself is in each of its bridges, whose members it is not kept from. */
function spotsFromHost({ namespaces }: Power, { all }: Spots): Near[] {
  const always = namespaces.network.isHost ? [] : [ifOfHost('network')];
  return all.flatMap((spot) =>
    spot.passages.flatMap(({ name, facts }): Near[] => {
      const leads = leadsToHost(facts ?? undefined);
      if (leads === false) return [];
      const unsure = leads ? [] : [missing(`the host reaches the network ${name} (unknown)`)];
      const what = `the network ${name} from that of the host`;
      return [{ spot, what, conditions: [...always, ...unsure], isInside: false }];
    }),
  );
}

function edgesFrom(power: Power, near: readonly Near[]): Edge[] {
  const edges = new Map<Spot, Edge>();
  for (const one of near) {
    if (edges.size === REACHED_MAX) break;
    const { spot, isInside } = one;
    const door = spot.doors.find(({ isOutward }) => isInside || isOutward);
    if (door && spot.power !== power && !edges.has(spot)) {
      edges.set(spot, edgeTo(door, power, one));
    }
  }
  return [...edges.values()];
}

function edgeTo(
  { port, program, letsAnybodyIn }: Door,
  power: Power,
  { spot: { power: inner, isAlone }, what, conditions }: Near,
): Edge {
  const { isHost } = power.namespaces.network;
  return {
    ...{ from: power.node, to: inner.node, rules: [], subjectId: inner.container.id },
    says: `reaches port ${port} ${isAlone ? 'of' : 'in the network of'} ${inner.node.name} through ${what}`,
    conditions: [
      ...power.always,
      ...conditions,
      missing(`${program} answers there (unknown)`),
      ...(typeof letsAnybodyIn === 'string' ? [missing(`${letsAnybodyIn} (unknown)`)] : []),
      ...(isAlone ? [] : [missing(`it is one of ${inner.node.name} (unknown)`)]),
    ],
    evidence: () =>
      isHost === false
        ? [inspected('NetworkSettings.Networks', power.container.networks)]
        : power.inNetwork(),
  };
}

const whyHidden = ({ power, reason }: Spot): string =>
  `whether an engine is reached in ${power.node.name} was not read: ${reason}`;
