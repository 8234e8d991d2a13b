import { once } from '../shared/once.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { scopeOf } from '../surface/addresses.ts';
import type { OpenApi } from './api-edges.ts';
import type { Condition, Edge } from './graph.ts';
import { addressAt, gatewayOf, leadsToHost, routeConditions } from './host-address.ts';
import {
  doorByLink,
  type HostDoor,
  hostDoorsOf,
  type Spot,
  spotsAmong,
} from './inner-engine-spots.ts';
import { edgesFrom, isShut, type Near, whyHidden } from './inner-engine-steps.ts';
import { conditionsOf, isPassable, type Passage, type PassagesOf } from './kept-apart.ts';
import type { NetworkOwner, RouteLimitOf } from './network-owner.ts';
import { ifOfHost, isLive, missing, type Power } from './power.ts';
import { REACHED_MAX, sharedCertificates } from './shared-engines.ts';
import type { Holders } from './sight.ts';

/** What is near a container. */
export interface Neighbourhood extends Pick<Snapshot, 'listeners'> {
  networks: PassagesOf;
  ownerOf: (power: Power) => NetworkOwner;
  limitOf: RouteLimitOf;
  /** Nodes of what holds a way to the host. */
  holders: Holders;
  /** Of the engine of the host. */
  apis: readonly OpenApi[];
  /** Of sockets on the host's network, see `publishedSockets`. */
  isPublished: (socket: ListeningSocket) => boolean;
}

/** Steps into inner engines, and where more of them may be. */
interface InnerEngines {
  edges: Edge[];
  /** By the id of a container why it may reach another one through an engine there. */
  unread: ReadonlyMap<string, string>;
}

/**
 * Into a container that holds a way to the host and has a program of its own that starts containers, as an engine
 * for building images: whoever reaches it and is let in owns what the container holds. Where it was to be read what
 * listens there and was not, whoever would reach it has a way that is open.
 */
export function innerEngines(powers: readonly Power[], near: Neighbourhood): InnerEngines {
  const live = powers.filter(({ container }) => isLive(container));
  const found = spotsAmong(live, near.ownerOf, near);
  if (found.length === 0) return { edges: [], unread: new Map() };
  const locked = found.flatMap(({ isLocked, power }) => (isLocked ? [power] : []));
  const { certificateOf, sharing } = sharedCertificates(live, new Set(locked));
  // A thousand that let nobody in are not asked about by each of a thousand.
  const spots = found.filter(({ isLocked, power }) => !isLocked || sharing.has(power));
  const passagesOf = passagesBy(near.networks);
  const eachNear = <T>(
    isSpot: (spot: Spot) => boolean,
    tell: (power: Power, near: Iterable<Near>) => T[],
  ) => {
    const among = spots.filter(isSpot);
    if (among.length === 0) return [];
    const map = mapOf(among, passagesOf);
    return live.flatMap((power) => tell(power, spotsNear(power, near, passagesOf, map)));
  };
  const edges = eachNear(
    ({ reason }) => reason === null,
    (power, some) => edgesFrom(power, some, certificateOf),
  );
  const unread = eachNear(
    ({ reason }) => reason !== null,
    (power, some): [string, string][] => {
      for (const { spot } of some) {
        if (!isShut(power, spot, certificateOf)) return [[power.container.id, whyHidden(spot)]];
      }
      return [];
    },
  );
  return { edges, unread: new Map(unread) };
}

/** The networks of who owns a network namespace, those that keep their members least apart first. */
type Passages = (owner: Power) => readonly Passage[];

const passagesBy = (networks: PassagesOf): Passages =>
  once(({ container }) =>
    container.networks
      .flatMap((name) => networks(name, container))
      .toSorted(
        (a, b) =>
          Number(isPassable(b)) - Number(isPassable(a)) ||
          conditionsOf(a).length - conditionsOf(b).length,
      ),
  );

/** A spot that is reached in a network of its owner. */
interface Member extends Pick<Near, 'spot' | 'door'> {
  owner: Power;
  passage: Passage;
}

/** Spots by where they are reached. */
interface SpotMap {
  byOwner: ReadonlyMap<Spot['owner'], readonly Spot[]>;
  byNetwork: ReadonlyMap<string, readonly Member[]>;
  /** Those in the default bridge, whose links are rules, by the name of their owner, and by that of whom it links to. */
  byName: ReadonlyMap<string, readonly Member[]>;
  byLink: ReadonlyMap<string, readonly { member: Member }[]>;
  /** Those on the host by their address there. */
  byAddress: ReadonlyMap<string, readonly HostDoor[]>;
  /** From the network of the host: each once, and no more than are told. */
  fromHost: readonly Near[];
}

function mapOf(spots: readonly Spot[], passagesOf: Passages): SpotMap {
  const members = spots.flatMap((spot): Member[] => {
    const { owner } = spot;
    const door = spot.doors.find(({ isOutward }) => isOutward);
    if (typeof owner === 'string' || !door) return [];
    return passagesOf(owner).map((passage) => ({ passage, owner, spot, door }));
  });
  const inDefault = members.filter(({ passage }) => passage.facts?.isDefaultBridge);
  const doors = spots.flatMap(hostDoorsOf);
  const fromHost = [
    ...doors.map(({ spot, door, port, conditions }) => ({
      ...{ spot, door, conditions },
      what: `port ${port} of the host`,
    })),
    ...members.flatMap((member) => fromHostThrough(member)),
  ].toSorted((a, b) => a.conditions.length - b.conditions.length);
  return {
    byOwner: Map.groupBy(spots, ({ owner }) => owner),
    byNetwork: Map.groupBy(members, ({ passage }) => passage.key),
    byName: Map.groupBy(inDefault, ({ owner }) => owner.container.name),
    byLink: Map.groupBy(
      inDefault.flatMap((member) =>
        (member.owner.container.linkedTo ?? []).map((name) => ({ name, member })),
      ),
      ({ name }) => name,
    ),
    byAddress: Map.groupBy(
      doors.filter(({ address }) => scopeOf(address) !== 'loopback'),
      ({ address }) => address,
    ),
    // One of them may be the container itself.
    fromHost: [...new Map(fromHost.toReversed().map((one) => [one.spot, one])).values()]
      .reverse()
      .slice(0, REACHED_MAX + 1),
  };
}

/** The host itself is in each of its bridges, whose members it is not kept from. */
function fromHostThrough({
  passage: { name, facts },
  ...at
}: Pick<Near, 'spot' | 'door'> & { passage: Passage }): Near[] {
  const leads = leadsToHost(facts ?? undefined);
  if (leads === false) return [];
  const conditions = leads ? [] : [missing(`the host reaches the network ${name} (unknown)`)];
  const what = `the network ${name} from that of the host`;
  return [{ ...at, what, conditions }];
}

/**
 * Those in the same namespace, those in networks that are shared, and those on the host, where a network leads there or
 * a process may be on its network.
 */
function* spotsNear(
  power: Power,
  { ownerOf, limitOf }: Pick<Neighbourhood, 'ownerOf' | 'limitOf'>,
  passagesOf: Passages,
  among: SpotMap,
): Generator<Near> {
  const owner = ownerOf(power);
  if (typeof owner === 'string') {
    if (owner !== 'nowhere')
      yield* onHost(power, among, owner === 'host' ? [] : [ifOfHost('network')]);
  } else {
    for (const spot of among.byOwner.get(owner) ?? []) {
      const [door] = spot.doors;
      if (door) {
        yield { spot, door, what: 'the network that they share', conditions: [] };
      }
    }
    yield* throughNetworks(owner, passagesOf(owner), among);
    const limit = limitOf(power);
    for (const passage of passagesOf(owner)) yield* throughHost(limit, owner, passage, among);
  }
  if (owner !== 'host' && power.controls.networkDoubt !== null) {
    yield* onHost(power, among, [missing("a process of it is on the host's network (unknown)")]);
  }
}

function* throughNetworks(
  owner: Power,
  passages: readonly Passage[],
  among: SpotMap,
): Generator<Near> {
  for (const passage of passages) {
    const [what, isOpen] = [`the network ${passage.name}`, isPassable(passage)];
    const members = isOpen ? among.byNetwork.get(passage.key) : linkedIn(passage, owner, among);
    for (const member of members ?? []) {
      if (member.owner === owner) continue;
      const { spot, door } = member;
      const way = isOpen
        ? { door, conditions: conditionsOf(passage) }
        : doorByLink([owner.container, member.owner.container, passage.facts], spot.doors);
      if (way !== null) yield { spot, what, ...way };
    }
  }
}

/** Those that a link may let to each other in a network that keeps its members apart: never all that are in it. */
function linkedIn({ facts }: Passage, { container }: Power, among: SpotMap): readonly Member[] {
  if (!facts?.isDefaultBridge) return [];
  return (container.linkedTo ?? [])
    .flatMap((name) => among.byName.get(name) ?? [])
    .concat((among.byLink.get(container.name) ?? []).map(({ member }) => member));
}

/** Through a network that leads to the host, where members are kept apart too. */
function* throughHost(
  limit: Condition[] | null,
  { container }: Power,
  { name, facts, isHiding }: Passage,
  { byAddress }: SpotMap,
): Generator<Near> {
  const leads = leadsToHost(facts ?? undefined);
  if (leads === false || byAddress.size === 0) return;
  const { evidence, ...reached } = gatewayOf(container, name, facts ?? undefined, limit !== null);
  const unsure = leads ? [] : [missing(`the network ${name} leads to the host (unknown)`)];
  for (const [address, doors] of byAddress) {
    const at = addressAt(address, reached);
    if (at === undefined) continue;
    const byRoute = routeConditions(address, reached).length > 0 ? (limit ?? []) : [];
    for (const { spot, door, port, conditions: own } of doors) {
      const isPublished = typeof spot.owner !== 'string';
      if (isPublished && isHiding.state === 'read' && isHiding.value) continue;
      const hidden = isPublished && isHiding.state === 'unread';
      const text = `rules of the firewall do not drop it on the way out of ${name} (unknown)`;
      const conditions = [...unsure, ...byRoute, ...(hidden ? [missing(text)] : []), ...own];
      const what = `port ${port} of the host${at === null ? '' : `, at ${at}`} in the network ${name}`;
      yield { spot, door, what, conditions, evidence: () => evidence };
    }
  }
}

function* onHost(
  power: Power,
  { fromHost }: SpotMap,
  always: readonly Condition[],
): Generator<Near> {
  for (const one of fromHost) {
    const conditions = [...always, ...one.conditions];
    yield { ...one, conditions, evidence: power.inNetwork };
  }
}
