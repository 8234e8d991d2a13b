import { type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { isNoNetwork, networksInspected } from '../snapshot/own-networks.ts';
import { leadsToHost, setsRoutes } from './host-address.ts';
import { peerTargets, unsure } from './reach-neighbours.ts';
import { type Found, keptAway, nothing, notRead, together } from './reach-target.ts';
import {
  capabilitiesAt,
  isAlone,
  type Neighbour,
  type ReachWorld,
  whyUnlisted,
} from './reach-world.ts';

interface Membership {
  peer: Neighbour;
  network: string;
}

/**
 * What `owner` reaches of members of networks that it is not in. The engine keeps its own networks apart by rules of
 * the firewall; where it leaves the firewall alone the host may pass packets on.
 */
export function otherNetworks(world: ReachWorld, owner: ContainerFacts): Found {
  const others = world.neighbours.flatMap((peer): Membership[] =>
    isAlone(peer.owner)
      ? []
      : peer.owner.networks
          .filter((network) => !world.isCommon(network, owner, peer.owner))
          .map((network) => ({ peer, network })),
  );
  if (owner.networks.every((name) => leadsOut(world, owner, name) === false)) {
    return closed(others, 'it has no way out of its networks');
  }
  const isBeside = ({ peer, network }: Membership) => {
    const facts = world.networkOf(network, peer.owner);
    if (facts?.isUnprotected || facts?.mayLackHost || facts?.mayHoldOthers) return true;
    if (publishesItself(facts, peer.owner)) return true;
    return (
      !OF_ENGINE.includes(facts?.driver ?? '') && leadsOut(world, peer.owner, network) === null
    );
  };
  const beside = others.filter(isBeside);
  const [one] = beside;
  return together(
    amongOwn(
      world,
      owner,
      others.filter((other) => !isBeside(other)),
    ),
    one === undefined
      ? nothing
      : unknown(beside, whyMembersUnclear(world, one.peer.owner, one.network)),
  );
}

/** Whether the engine lets others in to ports of a member at its own address. */
const publishesItself = (facts: NetworkFacts | undefined, { ports }: ContainerFacts): boolean =>
  facts?.isRouted !== undefined && ports.length > 0;

/** Drivers whose networks the engine keeps apart by its rules. */
const OF_ENGINE: readonly string[] = ['bridge', 'overlay'];

/** Members of networks that the engine keeps apart where it manages the firewall. */
function amongOwn(world: ReachWorld, owner: ContainerFacts, others: readonly Membership[]): Found {
  const judged = areApart(world, owner);
  if (judged.state === 'unread') return unknown(others, judged.reason);
  if (judged.value)
    return closed(others, 'the engine keeps its networks apart by rules of the firewall');
  const reason =
    'the engine does not manage the firewall, so the host may route between networks; whether it does was not read';
  // Who has another way out, or sets one, answers by that what came into an internal network.
  const answers = ({ owner: peer, members }: Neighbour): boolean | null => {
    const ways = peer.networks.map((name) => leadsOut(world, peer, name));
    if (ways.includes(true)) return true;
    if ([peer, ...members].some((one) => setsRoutes(one.configuredCapabilities))) return true;
    return ways.includes(null) ? null : false;
  };
  const leads = ({ network, peer }: Membership) =>
    leadsToHost(world.networkOf(network, peer.owner));
  const byRoute = Map.groupBy(others, (one) => (leads(one) ? answers(one.peer) : false));
  // Whoever may be reached through one of its networks is not kept away by another.
  const met = new Set(
    [true, null].flatMap((answer) => byRoute.get(answer) ?? []).map(({ peer }) => peer.owner.id),
  );
  const targets = (byRoute.get(true) ?? []).flatMap(({ peer, network }) =>
    peerTargets(world, peer, {
      network,
      through: { kind: 'route', name: network },
      evidence: [networksInspected(peer.owner)],
    }).map((target) => unsure(target, reason)),
  );
  return together(
    { ...nothing, targets },
    unknown(
      byRoute.get(null) ?? [],
      'whether another of their networks leads out, by which they would answer, is not known',
    ),
    closed(
      (byRoute.get(false) ?? []).filter(({ peer }) => !met.has(peer.owner.id)),
      'the host has no route into their networks, or those lead out nowhere',
    ),
  );
}

/** Whether rules of the firewall keep what leaves the networks of `owner` from those of others. */
function areApart(world: ReachWorld, owner: ContainerFacts): Reading<boolean> {
  const { managesIptables, engine } = world.facts;
  const known = owner.networks.filter((name) => leadsOut(world, owner, name) !== null);
  const [unclear] = owner.networks.filter((name) => !known.includes(name));
  if (unclear !== undefined && !known.some((name) => leadsOut(world, owner, name))) {
    return unread(whyMembersUnclear(world, owner, unclear));
  }
  if (engine.state === 'read' && engine.value.isPodman) {
    return unread('Podman keeps networks apart only where that was asked for (unknown)');
  }
  if (managesIptables.state === 'unread') {
    return unread(
      `the engine keeps networks apart unless it does not manage the firewall: ${managesIptables.reason}`,
    );
  }
  return read(managesIptables.value);
}

/** Whether a network of a container leads out of it through the host; null where nobody knows. */
function leadsOut(world: ReachWorld, owner: ContainerFacts, name: string): boolean | null {
  const facts = world.networkOf(name, owner);
  if (facts === undefined) return isNoNetwork({ name }) ? false : null;
  const leads = leadsToHost(facts);
  if (leads === null || !facts.isInternal) return leads;
  return owner.id === acting(world) ? leaves(world, facts) : false;
}

/** Whose network it is in which the container acts. */
const acting = ({ place, self }: ReachWorld): string =>
  place.kind === 'own' ? place.owner.id : self.id;

/** Whether who may set a route leaves an internal network by it, where the engine's firewall alone keeps it in; null where nobody knows. */
export function leaves(world: ReachWorld, facts: NetworkFacts): boolean | null {
  const { managesIptables } = world.facts;
  if (leadsToHost(facts) !== true || !setsRoutes(capabilitiesAt(world))) return false;
  return managesIptables.state === 'read' ? !managesIptables.value : null;
}

/** Why nobody knows where such a route leads. */
export const LEAVES =
  'it may set a route out of an internal network, which no rule of the firewall is known to stop';

function whyMembersUnclear(world: ReachWorld, owner: ContainerFacts, name: string): string {
  const facts = world.networkOf(name, owner);
  if (facts === undefined) return whyUnlisted(name, world.facts);
  if (facts.isInternal && leadsToHost(facts)) return LEAVES;
  if (publishesItself(facts, owner)) {
    return `ports that members of ${name} publish are open at their own addresses (gateway mode routed)`;
  }
  if (facts.mayLackHost || facts.mayHoldOthers)
    return `what else is on the bridge of ${name} was not read`;
  return facts.isUnprotected
    ? `the engine filters nothing that comes to members of ${name}`
    : `what a network of the driver ${facts.driver} connects with others was not read`;
}

const closed = (others: readonly Membership[], because: string): Found =>
  others.length === 0 ? nothing : keptAway(counted(others), because);

const unknown = (others: readonly Membership[], reason: string): Found =>
  others.length === 0 ? nothing : notRead(counted(others), reason);

function counted(others: readonly Membership[]): string {
  const count = new Set(others.map(({ peer }) => peer.owner.id)).size;
  return `${count === 1 ? '1 container' : `${count} containers`} on other networks`;
}
