import { compareText } from '../shared/text.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { isPlainName } from '../snapshot/normalise/runtime-program.ts';
import { networksInspected } from '../snapshot/own-networks.ts';
import { leadsOutside, leadsToHost } from './host-address.ts';
import { heldByConfiguration, type ReachFacts } from './reach-facts.ts';
import {
  gatewayDoor,
  heldTargets,
  hostNetworkDoor,
  hostTargets,
  outsideTarget,
} from './reach-host.ts';
import { namespaceTargets, networkTargets, peerTargets, unsure } from './reach-neighbours.ts';
import { LEAVES, leaves, otherNetworks } from './reach-other-networks.ts';
import {
  type Found,
  keptAway,
  nothing,
  notRead,
  type ReachClosed,
  type ReachGap,
  type ReachTarget,
  reachCertainties,
  reachKinds,
  together,
} from './reach-target.ts';
import { isAlone, type Place, type ReachWorld, reachWorld, whyUnlisted } from './reach-world.ts';

/** What a program inside a container could reach. */
export interface ContainerReach {
  /** `if-started`: it does not run, and this is what its configuration would reach. */
  when: 'now' | 'if-started';
  /** Worst first: by kind, then the measured before what is configured and what is unknown. */
  targets: ReachTarget[];
  /** What may be reachable and was not read; empty alone says nothing of what packet filters do. */
  unknown: ReachGap[];
  /** What the configuration keeps away. */
  closed: ReachClosed[];
}

/**
 * What a program inside `self` could reach, by the configuration and by what was seen listening.
 * `containers` are those that exist on its host. Packet filters are not read: a rule of the host's own
 * may close what is listed here.
 */
export function reachFrom(
  self: ContainerFacts,
  containers: readonly ContainerFacts[],
  facts: ReachFacts,
): ContainerReach {
  const world = reachWorld(self, containers, facts);
  const own = facts.held.find(({ containerId }) => containerId === self.id);
  const steps = own?.steps;
  const held = steps ?? heldByConfiguration(self);
  const found = together(
    { ...nothing, targets: heldTargets(held, world.isRunning) },
    withinSandbox(world, withOthers(world, fromPlace(world))),
    steps ? nothing : notRead('what the engine and the kernel say of it', NOT_SEEN),
    own?.hidden === undefined ? nothing : notRead('ways to the host', own.hidden),
    notNamed(own?.moreInSight),
    { ...nothing, unknown: gapsOf(world) },
  );
  return {
    when: world.isRunning ? 'now' : 'if-started',
    targets: found.targets.toSorted(worstFirst),
    unknown: uniqueBy(found.unknown, ({ what, reason }) => `${what}\n${reason}`),
    closed: uniqueBy(found.closed, ({ what, because }) => `${what}\n${because}`),
  };
}

const NOT_SEEN = 'the last scan did not see it';

function notNamed(more = 0): Found {
  const reason = `${more} more run on its host, and they are not named`;
  return more === 0 ? nothing : notRead('other containers whose processes it sees', reason);
}

function gapsOf({ facts, astray }: ReachWorld): ReachGap[] {
  return [
    ...facts.unread.map((reason) => ({ what: 'what was not read', reason })),
    ...astray.map((name) => ({
      what: `what ${name} listens on`,
      reason: 'the container whose network it joined cannot be found',
    })),
  ];
}

/** A sandbox has network tables of its own: what is reached without leaving a namespace is not sure. */
function withinSandbox({ self }: ReachWorld, found: Found): Found {
  if (isPlainName(self.runtime)) return found;
  const reason = `its runtime ${self.runtime} may have a network of its own, which nothing reads`;
  return {
    ...found,
    targets: found.targets.map((target) =>
      ['namespace', 'host-network'].includes(target.through.kind) ? unsure(target, reason) : target,
    ),
  };
}

function fromPlace(world: ReachWorld): Found {
  const { place } = world;
  switch (place.kind) {
    case 'host':
      return fromHost(world);
    case 'own':
      return fromNetworks(world, place);
    case 'nowhere':
      return keptAway('any network', place.because);
    case 'unknown':
      return notRead('every network', place.reason);
  }
}

/** A process that is elsewhere than the main one reaches what the configuration keeps away. */
function withOthers(world: ReachWorld, found: Found): Found {
  const { facts, self, isRunning } = world;
  const one = facts.elsewhere?.find(({ containerId }) => containerId === self.id);
  if (!isRunning || one === undefined) return found;
  const open = { ...found, closed: [] };
  if (one.place.state === 'read') {
    const door = { ...hostNetworkDoor(world), evidence: one.place.value };
    return together(open, fromHost(world, door));
  }
  return together(open, notRead('every network', one.place.reason));
}

/** On the host's network everything is at hand that the host itself reaches. */
function fromHost(world: ReachWorld, door = hostNetworkDoor(world)): Found {
  const others = world.neighbours.flatMap(({ owner, members }) =>
    (isAlone(owner) ? [] : owner.networks).map((network) => {
      const leads = leadsToHost(world.networkOf(network, owner));
      return { peer: { owner, members }, network, leads };
    }),
  );
  const near = others
    .filter(({ leads }) => leads)
    .flatMap(({ peer, network }) => {
      const through = { kind: 'route', name: network } as const;
      return peerTargets(world, peer, { network, through, evidence: [...door.evidence] });
    });
  return together(hostTargets(world, door), {
    ...nothing,
    targets: [...near, outsideTarget(door.through, door.evidence)],
    unknown: [
      ...others
        .filter(({ leads }) => leads === null)
        .map(({ peer, network }) => ({
          what: `members of ${network}`,
          reason: whyHostUnclear(world, peer.owner, network),
        })),
      {
        what: 'abstract Unix sockets of the host',
        reason: 'no evidence level reads them; whoever is on the host’s network may connect',
      },
    ],
  });
}

function fromNetworks(world: ReachWorld, place: Extract<Place, { kind: 'own' }>): Found {
  const { owner } = place;
  const near = together(namespaceTargets(world, place), networkTargets(world, place));
  if (isAlone(owner)) return near;
  if (owner.networks.length === 0) {
    const what = 'the host, other machines and other containers';
    const reason = `what its network mode ${owner.networkNamespace.mode || '(none told)'} connects is not known`;
    return together(near, notRead(what, reason));
  }
  const host = together(...owner.networks.map((name) => beyondNetwork(world, owner, name)));
  return together(
    near,
    // Through each of its networks it meets the same host.
    { ...host, targets: uniqueBy(host.targets, placeOnHost) },
    outside(world, owner),
    otherNetworks(world, owner),
  );
}

const placeOnHost = ({ kind, name, protocol, port }: ReachTarget): string =>
  JSON.stringify([kind, name, protocol, port]);

/** The host behind one network. */
function beyondNetwork(world: ReachWorld, owner: ContainerFacts, name: string): Found {
  const facts = world.networkOf(name, owner);
  const leads = leadsToHost(facts);
  if (leads) {
    const found = hostTargets(world, gatewayDoor(world, name));
    return facts?.lacksFamily ? together(found, lacking(facts.lacksFamily, name)) : found;
  }
  const what = `the host through ${name}`;
  return facts === undefined || leads === null
    ? notRead(what, whyHostUnclear(world, owner, name))
    : keptAway(what, `the host has no address in ${name}`);
}

const lacking = (family: 'ipv4' | 'ipv6', name: string): Found =>
  notRead(
    `the host through ${name} by ${family === 'ipv4' ? 'IPv4' : 'IPv6'}`,
    'the engine gives it no such address there; whether somebody else did was not read',
  );

/** Why nobody knows whether the host and the members of a network reach each other. */
function whyHostUnclear(world: ReachWorld, owner: ContainerFacts, name: string): string {
  const facts = world.networkOf(name, owner);
  if (facts === undefined) return whyUnlisted(name, world.facts);
  return facts.mayLackHost
    ? `the engine may give the host no address in ${name}; whether somebody else did was not read`
    : `what a network of the driver ${facts.driver} connects with the host was not read`;
}

function outside(world: ReachWorld, owner: ContainerFacts): Found {
  const by = Map.groupBy(owner.networks, (name) => leadsOutside(world.networkOf(name, owner)));
  const evidence = [networksInspected(owner)];
  const what = 'other machines';
  const [way] = by.get(true) ?? [];
  if (way !== undefined) {
    return { ...nothing, targets: [outsideTarget({ kind: 'network', name: way }, evidence)] };
  }
  const [unknown] = by.get(null) ?? [];
  if (unknown !== undefined) return notRead(what, whyHostUnclear(world, owner, unknown));
  const isOpen = (name: string) => {
    const facts = world.networkOf(name, owner);
    return facts !== undefined && leaves(world, facts) !== false;
  };
  if (owner.networks.some(isOpen)) return notRead(what, LEAVES);
  const isCut = (name: string) => world.networkOf(name, owner)?.hasDummyParent;
  const because = owner.networks.some(isCut)
    ? 'none of its networks leads out of the host'
    : 'all of its networks are internal';
  return keptAway(what, because);
}

const worstFirst = (a: ReachTarget, b: ReachTarget): number =>
  reachKinds.indexOf(a.kind) - reachKinds.indexOf(b.kind) ||
  reachCertainties.indexOf(a.certainty) - reachCertainties.indexOf(b.certainty) ||
  a.conditions.length - b.conditions.length ||
  compareText(a.through.name, b.through.name) ||
  compareText(a.name, b.name) ||
  (a.port ?? 0) - (b.port ?? 0);

/** The first of those with the same key. */
const uniqueBy = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  [...new Map(items.toReversed().map((item) => [key(item), item])).values()].reverse();
