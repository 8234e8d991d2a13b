import { type Reading, unread } from '../shared/reading.ts';
import { type Evidence, inspected, networkListed } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { networksInspected } from '../snapshot/own-networks.ts';
import { scopeOf } from '../surface/addresses.ts';
import { keepsApart } from '../surface/kept-apart.ts';
import type { Firewall } from '../surface/publishing.ts';
import { insideAddress, setsRoutes } from './host-address.ts';
import { areLinked, isLet, isLetTo } from './kept-apart.ts';
import {
  type Found,
  keptAway,
  nothing,
  type ReachedThrough,
  type ReachTarget,
  reached,
  socketEvidence,
  together,
  uniquePlaces,
} from './reach-target.ts';
import {
  addressesIn,
  capabilitiesAt,
  isAlone,
  type Neighbour,
  namesOf,
  type Place,
  type ReachWorld,
  whyUnlisted,
} from './reach-world.ts';

type OwnPlace = Extract<Place, { kind: 'own' }>;

/** Where the engine answers questions for names, in every namespace of a network that somebody made. */
const RESOLVER = '127.0.0.11';

/** What the containers in the same network namespace listen on, the loopback address included. */
export function namespaceTargets(world: ReachWorld, { owner, members }: OwnPlace): Found {
  if (members.length === 0) return nothing;
  const { self } = world;
  const name = members.map((one) => one.name).join(' or ');
  const through = { kind: 'namespace', name } as const;
  const evidence = [...members, self]
    .filter(({ networkNamespace: { resolved } }) => resolved === 'shared')
    .map(({ networkNamespace: { mode } }) => inspected('HostConfig.NetworkMode', mode))
    .slice(0, 1);
  const found = world.socketsOf(world.isRunning ? self.id : owner.id);
  const unseen = members.flatMap(({ id, name: one }) => {
    const reading = world.socketsOf(id);
    return reading.state === 'unread' && found.state === 'read'
      ? [{ what: `what ${one} listens on in the network that it shares`, reason: reading.reason }]
      : [];
  });
  if (found.state === 'unread') {
    const { reason } = found;
    const one = { kind: 'container', name, through, evidence, reason } as const;
    return { ...nothing, targets: [reached({ ...one, certainty: 'unknown' })] };
  }
  return {
    ...nothing,
    unknown: unseen,
    targets: uniquePlaces(
      found.value.map((socket) =>
        reached({
          ...{ kind: 'container', through, certainty: 'measured' },
          name: socket.address === RESOLVER ? `the engine’s resolver or ${name}` : name,
          ...{ protocol: socket.protocol, port: socket.port },
          address: insideAddress(socket.address),
          evidence: [...evidence, socketEvidence(socket)],
        }),
      ),
    ),
  };
}

/** What the members of the networks of `owner` listen on. */
export function networkTargets(world: ReachWorld, { owner }: OwnPlace): Found {
  if (isAlone(owner)) return keptAway('any network', 'it has none (--network none)');
  return together(...owner.networks.map((name) => inNetwork(world, owner, name)));
}

function inNetwork(world: ReachWorld, owner: ContainerFacts, name: string): Found {
  const facts = world.networkOf(name, owner);
  const link = linkIn(name, facts, world);
  const peers = world.neighbours.filter(
    (peer) => world.isCommon(name, owner, peer.owner) && !isAlone(peer.owner),
  );
  const beyond =
    facts?.driver === 'overlay' && link.state !== 'closed'
      ? [{ what: `members of ${name} on other nodes`, reason: 'this engine does not list them' }]
      : [];
  const through = { kind: 'network', name } as const;
  const evidence = networkEvidence(owner, facts);
  const targetsOf = (peer: Neighbour) =>
    peerTargets(world, peer, { network: name, through, evidence });
  if (link.state === 'closed') {
    const linked = peers.filter((peer) => areLinked(owner, peer.owner, facts));
    const { length } = peers.filter((peer) => !linked.includes(peer));
    const others = `${length === 1 ? '1 other member' : `${length} other members`} of the network ${name}`;
    const found = linked.map((peer) => {
      const doors = targetsOf(peer).map((one) => ({
        one,
        isOpen: isLetTo([owner, peer.owner, facts], one),
      }));
      return { peer, doors };
    });
    const cutOf = ({ peer, doors }: (typeof found)[number]) => {
      if (!isLet(peer.owner, owner, facts))
        return [`ports of ${namesOf(peer)} that it does not expose`];
      const cut = doors.filter(({ isOpen }) => isOpen === false);
      return cut.map(({ one }) => `port ${one.port}/${one.protocol} of ${namesOf(peer)}`);
    };
    const closed = [
      ...(length === 0 && linked.length > 0 ? [] : [others]),
      ...found.flatMap(cutOf),
    ].map((what) => ({ what, because: link.because }));
    const targets = found.flatMap(({ doors }) =>
      doors.flatMap(({ one, isOpen }) => {
        if (isOpen === false) return [];
        return isOpen ? one : unsure(one, LINKED);
      }),
    );
    return { unknown: beyond, targets, closed };
  }
  return {
    ...nothing,
    unknown: beyond,
    targets: peers.flatMap((peer) => withLink(targetsOf(peer), link)),
  };
}

const LINKED =
  'a link between them lets back what is sent from a port that is exposed, and whether that is enough was not followed';

const networkEvidence = (owner: ContainerFacts, facts: NetworkFacts | undefined): Evidence[] => [
  networksInspected(owner),
  ...(facts
    ? [
        networkListed('Driver', facts.driver),
        networkListed('enable_icc', facts.allowsInterContainerTraffic),
      ]
    : []),
];

/** Whether the members of a network reach each other. */
type Link =
  | { state: 'open' }
  | { state: 'unknown'; reason: string }
  | { state: 'closed'; because: string };

function linkBy(isApart: Reading<boolean>, { membersMode }: NetworkFacts): Link {
  if (isApart.state === 'unread') return { state: 'unknown', reason: isApart.reason };
  const setting = membersMode ? `its mode is ${membersMode}` : 'enable_icc is false';
  return isApart.value
    ? { state: 'closed', because: `its members are kept apart (${setting})` }
    : { state: 'open' };
}

/** Which firewall the engine manages; that of IPv6 is unread where the last scan did not look. */
export function firewallIn({ facts }: ReachWorld): Firewall {
  const { managesIp6tables = unread('the last scan did not look') } = facts;
  return { ...facts, managesIp6tables };
}

function linkIn(name: string, facts: NetworkFacts | undefined, world: ReachWorld): Link {
  if (facts === undefined) {
    const reason = `the settings of the network ${name}: ${whyUnlisted(name, world.facts)}`;
    return { state: 'unknown', reason };
  }
  if (facts.isIngress && !setsRoutes(capabilitiesAt(world))) {
    return { state: 'closed', because: 'rules of the swarm keep its members apart' };
  }
  if (OF_DOCKER.includes(facts.driver)) return linkBy(keepsApart(facts, firewallIn(world)), facts);
  const reason = `what the driver ${facts.driver} of the network ${name} connects is not known`;
  return { state: 'unknown', reason };
}

const OF_DOCKER: readonly string[] = ['bridge', 'overlay', 'macvlan', 'ipvlan'];

function withLink(targets: readonly ReachTarget[], link: Link): ReachTarget[] {
  return link.state === 'unknown'
    ? targets.map((target) => unsure(target, link.reason))
    : [...targets];
}

export const unsure = (target: ReachTarget, reason: string): ReachTarget =>
  target.certainty === 'unknown' ? target : { ...target, certainty: 'unknown', reason };

/**
 * What a neighbour listens on at its addresses in one network: on every address, or on one of these.
 * Sockets that wait on its loopback address, or on another network of it, are not reached there.
 */
export function peerTargets(
  world: ReachWorld,
  peer: Neighbour,
  at: { network: string; through: ReachedThrough; evidence: readonly Evidence[] },
): ReachTarget[] {
  const { through, evidence } = at;
  const own = addressesIn(peer.owner, at.network);
  const base = { kind: 'container', name: namesOf(peer), through } as const;
  const found = world.socketsOf(peer.owner.id);
  const hidden = peer.members.flatMap((one) => {
    const reading = world.socketsOf(one.id);
    return reading.state === 'unread' ? [`${one.name}: ${reading.reason}`] : [];
  });
  const reasons = found.state === 'unread' ? [found.reason] : hidden;
  const [reason] = reasons;
  const unread: ReachTarget[] =
    reason === undefined
      ? []
      : [
          reached({
            ...{ ...base, certainty: 'unknown', reason, address: own[0] ?? null },
            evidence: [...evidence],
          }),
        ];
  const sockets = found.state === 'read' ? found.value : [];
  return [
    ...uniquePlaces(
      sockets.flatMap((socket) => {
        const address = addressOf(socket, own);
        if (address === undefined) return [];
        const target = reached({
          ...{ ...base, certainty: 'measured', protocol: socket.protocol, address },
          ...{ port: socket.port, evidence: [...evidence, socketEvidence(socket)] },
        });
        return own.length === 0
          ? unsure(target, `its address in the network ${at.network} is not known`)
          : target;
      }),
    ),
    ...unread,
  ];
}

/**
 * Where a socket is reached from a network in which its namespace has the addresses `own`; undefined
 * where it is not, null for addresses that nobody told. `::` takes IPv4 as well, unless a program
 * switched that off: an address of IPv6 is sure, and named where there is one.
 */
export function addressOf(
  { address, family }: ListeningSocket,
  own: readonly string[],
): string | null | undefined {
  switch (scopeOf(address)) {
    case 'loopback':
      return undefined;
    case 'one-address':
      return own.length === 0 || own.includes(address) ? address : undefined;
    case 'every-address': {
      if (own.length === 0) return null;
      const isIpv6 = (one: string) => one.includes(':');
      return family === 'ipv4' ? own.find((one) => !isIpv6(one)) : (own.find(isIpv6) ?? own[0]);
    }
  }
}
