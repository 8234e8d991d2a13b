import { type Reading, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { areNoNetworks, networksCalled, withWayOut } from '../snapshot/own-networks.ts';
import { isLive } from './power.ts';
import type { ReachFacts } from './reach-facts.ts';

/** The network namespace that a container is in, or would be in. */
export type Place =
  | { kind: 'host' }
  /** That of `owner`, who may be the container itself, with the other running containers in it. */
  | { kind: 'own'; owner: ContainerFacts; members: ContainerFacts[] }
  | { kind: 'nowhere'; because: string }
  | { kind: 'unknown'; reason: string };

/** A running container with a network namespace of its own, and who shares it. */
export interface Neighbour {
  owner: ContainerFacts;
  members: ContainerFacts[];
}

/** One container among the others of its host. */
export interface ReachWorld {
  self: ContainerFacts;
  /** False: everything is what would be if it were started. */
  isRunning: boolean;
  facts: ReachFacts;
  place: Place;
  /** Running containers that are in neither the host's network nor that of `self`. */
  neighbours: readonly Neighbour[];
  /** Names of other running containers on the host's network. */
  onHost: string[];
  /** Names of running containers of which nobody knows in whose network they are. */
  astray: string[];
  socketsOf: (id: string) => Reading<ListeningSocket[]>;
  /** What waits on the host's network, as seen through who is on it. */
  hostSockets: Reading<ListeningSocket[]>;
  /** What a container calls by this name; undefined where the engine lists none, or does not tell which of several it is. */
  networkOf: (name: string, container: ContainerFacts) => NetworkFacts | undefined;
  /** The network of this name of one container may be that of the other. */
  isCommon: (name: string, one: ContainerFacts, other: ContainerFacts) => boolean;
}

/** `listed` are those that exist, `asked` among them or not. */
export function reachWorld(
  asked: ContainerFacts,
  listed: readonly ContainerFacts[],
  facts: ReachFacts,
): ReachWorld {
  const networks = facts.networks.state === 'read' ? facts.networks.value : [];
  const self = withWayOut(asked, networks);
  const containers = listed.map((one) => withWayOut(one, networks));
  const others = containers.filter((one) => one.id !== self.id && isLive(one));
  const byName = new Map([...containers, self].map((one) => [one.name, one]));
  const isRunning = isLive(self);
  const place = placeOf(self, isRunning, byName, others, facts);
  const socketsOf = socketsBy(facts);
  const onHost = others.filter(({ networkNamespace }) => networkNamespace.resolved === 'host');
  return {
    self,
    isRunning,
    facts,
    place,
    neighbours: others
      .filter(({ networkNamespace }) => networkNamespace.resolved === 'private')
      .filter((one) => place.kind !== 'own' || one.id !== place.owner.id)
      .map((owner) => ({ owner, members: membersOf(owner, others, facts) })),
    onHost: onHost.map(({ name }) => name),
    astray: others
      .filter(({ networkNamespace }) => networkNamespace.resolved === 'unknown')
      .map(({ name }) => name),
    socketsOf,
    hostSockets: hostSocketsBy(
      place.kind === 'host' && isRunning ? [self, ...onHost] : onHost,
      facts,
      socketsOf,
    ),
    networkOf: (name, container) => {
      const [network, ...more] = networksCalled(name, container, networks);
      return more.length === 0 ? network : undefined;
    },
    isCommon: (name, one, other) => {
      if (!one.networks.includes(name) || !other.networks.includes(name)) return false;
      const [own, theirs] = [one, other].map((of) => networksCalled(name, of, networks));
      return own?.length === 0 || own?.some((network) => theirs?.includes(network)) === true;
    },
  };
}

/** Names of the containers of one network namespace, its owner first. */
export const namesOf = ({ owner, members }: Neighbour): string =>
  [owner, ...members].map(({ name, id }) => name || id.slice(0, 12)).join(' or ');

/** True where the container has no network but the loopback one. */
export const isAlone = ({ networks }: ContainerFacts): boolean => areNoNetworks(networks);

function placeOf(
  self: ContainerFacts,
  isRunning: boolean,
  byName: ReadonlyMap<string, ContainerFacts>,
  others: readonly ContainerFacts[],
  facts: ReachFacts,
): Place {
  const { resolved, via } = self.networkNamespace;
  if (resolved === 'host') return { kind: 'host' };
  if (resolved === 'private') {
    return { kind: 'own', owner: self, members: membersOf(self, others, facts) };
  }
  const name = via.at(-1) ?? '';
  const owner = byName.get(name);
  if (resolved === 'unknown' || owner === undefined) {
    return { kind: 'unknown', reason: 'the container whose network it joined cannot be found' };
  }
  if (isRunning && facts.left.includes(self.id)) {
    const because = `${name}, whose network it joined, was restarted since, which left it without a network`;
    return { kind: 'nowhere', because };
  }
  if (!isLive(owner)) {
    return { kind: 'nowhere', because: `${name}, whose network it joins, does not run` };
  }
  const members = membersOf(owner, others, facts).filter(({ id }) => id !== self.id);
  return { kind: 'own', owner, members: [owner, ...members] };
}

/** Those that joined the network of `owner` and are still in it. */
function membersOf(
  owner: ContainerFacts,
  others: readonly ContainerFacts[],
  { left }: ReachFacts,
): ContainerFacts[] {
  return others.filter(
    ({ id, networkNamespace: { resolved, via } }) =>
      id !== owner.id && resolved === 'shared' && via.at(-1) === owner.name && !left.includes(id),
  );
}

function socketsBy({ namespaces }: ReachFacts): ReachWorld['socketsOf'] {
  if (namespaces.state === 'unread') return () => namespaces;
  const byId = new Map(
    namespaces.value.flatMap(({ containers, sockets }) =>
      containers.map((id) => [id, sockets] as const),
    ),
  );
  return (id) => byId.get(id) ?? unread('the last scan did not look into its network');
}

function hostSocketsBy(
  onHost: readonly ContainerFacts[],
  { namespaces, host }: ReachFacts,
  socketsOf: ReachWorld['socketsOf'],
): Reading<ListeningSocket[]> {
  if (namespaces.state === 'unread') return namespaces;
  const readings = onHost.map(({ id }) => socketsOf(id));
  const found = readings.find(({ state }) => state === 'read') ?? host ?? readings[0];
  return found ?? unread('the last scan did not look at what listens on the host’s network');
}

/** Capabilities of all that are in its network namespace: a route that one of them sets is there for each. */
export const capabilitiesAt = ({ self, place }: ReachWorld): string[] =>
  [self, ...(place.kind === 'own' ? [place.owner, ...place.members] : [])].flatMap(
    ({ configuredCapabilities }) => configuredCapabilities,
  );

/** Why `networkOf` knows nothing of one. */
export function whyUnlisted(name: string, { networks }: ReachFacts): string {
  if (networks.state === 'unread') return networks.reason;
  return networks.value.some((network) => network.name === name)
    ? `the engine lists several networks named ${name}`
    : `the engine did not list the network ${name}`;
}

/** Addresses of a container in one network; empty where the engine tells none. */
export const addressesIn = ({ networkAddresses = [] }: ContainerFacts, network: string): string[] =>
  networkAddresses.find((one) => one.network === network)?.own ?? [];
