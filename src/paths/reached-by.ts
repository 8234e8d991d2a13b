import { read } from '../shared/reading.ts';
import { atOnce, type Steps } from '../shared/steps.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { networksBeside } from '../surface/own-address.ts';
import { openPorts } from '../surface/published-ports.ts';
import { isLive } from './power.ts';
import { reachFrom } from './reach.ts';
import type { ReachFacts } from './reach-facts.ts';
import { type ReachCertainty, type ReachTarget, reachCertainties } from './reach-target.ts';
import { isAlone, type Place, reachWorld } from './reach-world.ts';

/** Who of the same host could reach a container, and where other machines may. */
export interface ReachedBy {
  /** Containers a program in which could reach it, the surest first. */
  from: { name: string; certainty: ReachCertainty; doors: ReachTarget[] }[];
  /** Others that hold what is as good as the host, and so reach all that is on it. */
  throughHost: string[];
  /** Others of which nobody knows, and why. */
  unknown: { name: string; reason: string }[];
  /** Running containers that were asked of. */
  others: number;
  /** Ports that the host has open for its network, by the engine or the swarm; null where it is on the host's. */
  published: { address: string; port: number; protocol: string }[] | null;
  /** Networks in which other machines reach it at an address of its own. */
  directly: string[];
  /** Why other machines may reach it in more ways. */
  unreadOfMachines: string[];
}

/**
 * The same relation as `reachFrom`, from its other end: what of the running `containers` of its host could reach `self`.
 * Null for one that does not run, which nobody reaches.
 */
export const reachedBy = (
  self: ContainerFacts,
  containers: readonly ContainerFacts[],
  facts: ReachFacts,
): ReachedBy | null => atOnce(whoReaches(self, containers, facts));

/** Of a network that hundreds share so many are named where nobody knows whose a socket is. */
const NAMED_MAX = 32;

/** `reachedBy` in steps, one for each other container. */
export function* whoReaches(
  self: ContainerFacts,
  containers: readonly ContainerFacts[],
  facts: ReachFacts,
): Steps<ReachedBy | null> {
  const { isRunning, place } = reachWorld(self, containers, facts);
  if (!isRunning) return null;
  const owner = place.kind === 'own' ? place.owner : self;
  const beside = place.kind === 'own' ? [owner, ...place.members.slice(0, NAMED_MAX)] : [];
  const running = containers.filter(isLive);
  // What a container reaches of this one hangs on no other but on whose network they are in.
  const needed = [self, ...beside, ...running.filter(isOnHost).slice(0, NAMED_MAX)];
  const byName = new Map(containers.map((one) => [one.name, one]));
  const others = running.filter(({ id }) => id !== self.id);
  const found: Found[] = [];
  for (const one of others) {
    yield;
    const joined = one.networkNamespace.via.flatMap((name) => byName.get(name) ?? []);
    const { targets, unknown } = reachFrom(one, unique([...needed, ...joined, one]), facts);
    found.push({
      name: nameOf(one),
      doors: targets.filter((target) => isAt(target, nameOf(self))),
      isAsGood: targets.some(isProvenWay),
      reason: targets.some(isWay)
        ? MAY_OWN_HOST
        : unknown.find(({ what }) => mayHide(what, nameOf(self)))?.reason,
    });
  }
  const shut = found.filter(({ doors }) => doors.length === 0);
  return {
    from: found
      .flatMap(({ name, doors }) => {
        const [first] = doors;
        return first === undefined ? [] : [{ name, certainty: surest(doors), doors }];
      })
      .toSorted((a, b) => rank(a.certainty) - rank(b.certainty)),
    throughHost: shut.filter(({ isAsGood }) => isAsGood).map(({ name }) => name),
    unknown: shut.flatMap(({ name, isAsGood, reason }) =>
      isAsGood || reason === undefined ? [] : [{ name, reason }],
    ),
    others: others.length,
    ...fromMachines(place, facts),
  };
}

/** What one other container is found to reach of it. */
interface Found {
  name: string;
  doors: ReachTarget[];
  isAsGood: boolean;
  reason: string | undefined;
}

type FromMachines = Pick<ReachedBy, 'published' | 'directly' | 'unreadOfMachines'>;

function fromMachines(place: Place, { ingress, networks, engine }: ReachFacts): FromMachines {
  const closed: FromMachines = { published: [], directly: [], unreadOfMachines: [] };
  if (place.kind === 'host') return { ...closed, published: null };
  if (place.kind === 'unknown') return { ...closed, unreadOfMachines: [place.reason] };
  if (place.kind === 'nowhere' || isAlone(place.owner)) return closed;
  const { owner } = place;
  const bySwarm = ingress.find(({ containerId }) => containerId === owner.id)?.ports ?? read([]);
  const isPodman = engine.state === 'read' && engine.value.isPodman;
  const beside = networksBeside(owner, { networks, isPodman });
  const open = [...openPorts(owner), ...(bySwarm.state === 'read' ? bySwarm.value : [])];
  return {
    published: open.map(({ hostIp: address, hostPort, protocol }) => ({
      ...{ address, port: hostPort, protocol },
    })),
    directly: beside.state === 'read' ? beside.value : [],
    unreadOfMachines: [bySwarm, beside].flatMap((one) =>
      one.state === 'unread' ? one.reason : [],
    ),
  };
}

const nameOf = ({ name, id }: ContainerFacts): string => name || id.slice(0, 12);
const isOnHost = ({ networkNamespace }: ContainerFacts): boolean =>
  networkNamespace.resolved === 'host';
const unique = (containers: readonly ContainerFacts[]): ContainerFacts[] => [
  ...new Map(containers.map((one) => [one.id, one])).values(),
];

/** A target may be one of several, of which nobody knows whose the socket is. */
const isAt = ({ kind, name }: ReachTarget, wanted: string): boolean =>
  ['host', 'container', 'published'].includes(kind) && name.split(' or ').includes(wanted);

/** As good as the host, if what it needs besides is true. */
const isWay = ({ kind }: ReachTarget): boolean => kind === 'engine' || kind === 'way';
const isProvenWay = (target: ReachTarget): boolean =>
  isWay(target) && target.certainty !== 'unknown' && target.conditions.length === 0;
const MAY_OWN_HOST =
  'it may become root on the host, and so reach everything on it, which hangs on more than is known';

/** What could not be read, in which this container may be. */
const mayHide = (what: string, name: string): boolean =>
  /^(?:every network|what was not read|members of |other containers whose)| on other networks$/.test(
    what,
  ) || what.split(' ').includes(name);

const rank = (certainty: ReachCertainty): number => reachCertainties.indexOf(certainty);
const surest = (doors: readonly ReachTarget[]): ReachCertainty =>
  doors.map(({ certainty }) => certainty).toSorted((a, b) => rank(a) - rank(b))[0] ?? 'unknown';
