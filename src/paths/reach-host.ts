import { portLine } from '../rules/ports.ts';
import { type Reading, read } from '../shared/reading.ts';
import { type Evidence, inspected } from '../snapshot/evidence.ts';
import type { PortFact } from '../snapshot/facts/container.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import { hidesPublished } from '../surface/kept-apart.ts';
import { listeningBehind } from '../surface/listening.ts';
import { openPorts } from '../surface/published-ports.ts';
import { placeOf } from './api-edges.ts';
import { certaintyOf } from './graph.ts';
import type { HeldStep } from './held-steps.ts';
import {
  addressAt,
  gatewayOf,
  type HostAddresses,
  leadsToHost,
  publishedAt,
  routeConditions,
  setsRoutes,
} from './host-address.ts';
import { firewallIn, unsure } from './reach-neighbours.ts';
import {
  type Found,
  nothing,
  type ReachedThrough,
  type ReachGap,
  type ReachTarget,
  reached,
  socketEvidence,
  uniquePlaces,
} from './reach-target.ts';
import { capabilitiesAt, type Neighbour, namesOf, type ReachWorld } from './reach-world.ts';

/** Where a container meets the host's network. */
export interface HostDoor extends HostAddresses {
  through: ReachedThrough;
  evidence: readonly Evidence[];
  /** See `hidesPublished`. */
  isHiding: Reading<boolean>;
}

/** What waits on the host's network, the engine's API and ports of other containers among it. */
export function hostTargets(world: ReachWorld, door: HostDoor): Found {
  const { hostSockets: sockets } = world;
  const published = portsOfOthers(world);
  const behind = publishedTargets(world, published, door);
  const apis = world.facts.apis.flatMap((api) => apiTarget(api, door, sockets));
  const unknown = unreadIngress(world);
  const base = { kind: 'host', name: hostName(world), through: door.through } as const;
  if (sockets.state === 'unread') {
    const unread = { certainty: 'unknown', reason: sockets.reason } as const;
    const address = door.gateways?.[0] ?? null;
    const host = reached({ ...base, ...unread, address, evidence: [...door.evidence] });
    return { ...behind, unknown, targets: [...apis, host, ...behind.targets] };
  }
  // The sockets of ports that are published are the engine's, those of its own lead back to itself.
  const own = world.place.kind === 'own' ? openPorts(world.place.owner) : [];
  const ports = [...published.map(({ port }) => port), ...own];
  const isPublished = (socket: ListeningSocket) => ports.some((port) => isSocketOf(port, socket));
  const beside = sockets.value.flatMap((socket) => {
    const address = addressAt(socket.address, door);
    if (address === undefined || isPublished(socket)) return [];
    if (apis.some((api) => api.port === socket.port && api.protocol === socket.protocol)) return [];
    return reached({
      ...{ ...base, protocol: socket.protocol, port: socket.port, address },
      ...byRoute('measured', routeConditions(socket.address, door)),
      evidence: [...door.evidence, socketEvidence(socket)],
    });
  });
  const targets = [...apis, ...uniquePlaces(beside), ...uniquePlaces(behind.targets)];
  return { ...behind, unknown, targets };
}

/** Nobody measured a route that is not set yet. */
const byRoute = (certainty: ReachTarget['certainty'], conditions: string[]) => ({
  certainty: conditions.length === 0 ? certainty : ('configured' as const),
  conditions,
});

function publishedTargets(
  world: ReachWorld,
  published: readonly Published[],
  door: HostDoor,
): Found {
  const { isHiding } = door;
  // Of a port on every address of both families one place is named, as of sockets.
  const isIpv4There = addressAt('0.0.0.0', door) !== undefined;
  const named = new Set(
    published.flatMap((one) => (isIpv4There && one.port.hostIp === '0.0.0.0' ? keyOf(one) : [])),
  );
  const places = published.filter((one) => one.port.hostIp !== '::' || !named.has(keyOf(one)));
  const [ofSwarm, targets] = [true, false].map((isOfSwarm) =>
    places
      .filter(({ source }) => (source === 'Endpoint.Ports') === isOfSwarm)
      .flatMap((one) => publishedTarget(world, one, door)),
  ) as [ReachTarget[], ReachTarget[]];
  if (isHiding.state === 'read' && !isHiding.value) {
    return { ...nothing, targets: [...targets, ...ofSwarm] };
  }
  const letIn = ofSwarm.map((target) => unsure(target, SWARM_FIRST));
  if (isHiding.state === 'unread') {
    const hidden = targets.map((target) => unsure(target, isHiding.reason));
    return { ...nothing, targets: [...hidden, ...letIn] };
  }
  const what = `ports of the host in ${door.through.name} that are published for other containers`;
  const because = 'the engine’s rules of the firewall drop what leaves an internal network';
  const closed = targets.length === 0 ? [] : [{ what, because }];
  return { ...nothing, targets: letIn, closed };
}

/** A port of the host, whatever its address, and whose it is. */
const keyOf = ({ peer, port: { hostPort, protocol } }: Published): string =>
  `${peer.owner.id} ${hostPort}/${protocol}`;

const SWARM_FIRST = 'rules of the swarm may let in what leaves this network before others drop it';

const unreadIngress = ({ facts, neighbours }: ReachWorld): ReachGap[] =>
  facts.ingress.flatMap(({ containerId, ports }) => {
    const peer = neighbours.find(({ owner }) => owner.id === containerId);
    if (ports.state === 'read' || peer === undefined) return [];
    return [
      { what: `ports that the swarm publishes for ${peer.owner.name}`, reason: ports.reason },
    ];
  });

function hostName({ facts: { engine }, onHost, place, isRunning }: ReachWorld): string {
  const isRootless = engine.state === 'read' && engine.value.isRootless;
  const programs = isRootless ? 'a program beside the rootless engine' : 'a program of the host';
  const itself = place.kind === 'host' && isRunning ? ['itself'] : [];
  return [programs, ...itself, ...onHost.slice(0, NAMES_MAX)].join(' or ');
}

/** Containers on the host's network that are named beside its own programs. */
const NAMES_MAX = 3;

interface Published {
  port: PortFact;
  peer: Neighbour;
  source: 'NetworkSettings.Ports' | 'Endpoint.Ports';
}

/** Ports that are open for other containers than those in the namespace of `self`. */
function portsOfOthers({ neighbours, facts }: ReachWorld): Published[] {
  return neighbours.flatMap((peer) => {
    const ingress = facts.ingress.find(({ containerId }) => containerId === peer.owner.id)?.ports;
    return [
      ...openPorts(peer.owner).map((port) => ({
        port,
        peer,
        source: 'NetworkSettings.Ports' as const,
      })),
      ...(ingress?.state === 'read'
        ? ingress.value.map((port) => ({ port, peer, source: 'Endpoint.Ports' as const }))
        : []),
    ];
  });
}

const isSocketOf = (port: PortFact, socket: ListeningSocket): boolean =>
  port.protocol === socket.protocol &&
  port.hostPort === socket.port &&
  (port.hostIp === socket.address || port.hostIp === '');

function publishedTarget(
  { facts: { engine }, socketsOf, hostSockets: sockets }: ReachWorld,
  { port, peer, source }: Published,
  door: HostDoor,
): ReachTarget[] {
  const address = publishedAt(port.hostIp, door);
  if (address === undefined) return [];
  const isDocker = engine.state === 'read' && !engine.value.isPodman && !engine.value.isRootless;
  const own = { owner: peer.owner, sharing: peer.members, isDocker };
  const listening = listeningBehind(port, own, (id) => {
    const found = socketsOf(id);
    return found.state === 'read'
      ? { state: 'read', value: { readAt: '', sockets: found.value } }
      : found;
  });
  if (listening.state === 'dead') return [];
  const socket =
    sockets.state === 'read' ? sockets.value.find((one) => isSocketOf(port, one)) : undefined;
  const isMeasured = socket !== undefined && listening.state === 'listening';
  const told: Evidence = {
    path: source,
    value: [portLine(port)],
    source: source === 'Endpoint.Ports' ? 'GET /services' : 'GET /containers/{id}/json',
  };
  return [
    reached({
      ...{ kind: 'published', name: namesOf(peer), through: door.through, address },
      ...{ port: port.hostPort, protocol: port.protocol },
      ...byRoute(isMeasured ? 'measured' : 'configured', [
        ...routeConditions(port.hostIp, door),
        ...(listening.state === 'unknown'
          ? [`something listens behind it, which is not known: ${listening.reason}`]
          : []),
      ]),
      evidence: [...door.evidence, told, ...(socket ? [socketEvidence(socket)] : [])],
    }),
  ];
}

/** A listener of the engine that asks for no certificate. */
function apiTarget(
  { name, evidence }: HeldStep,
  door: HostDoor,
  sockets: ReachWorld['hostSockets'],
): ReachTarget[] {
  const { host, port } = placeOf(name);
  const address = addressAt(host, door);
  if (address === undefined) return [];
  const socket =
    sockets.state === 'read'
      ? sockets.value.find((one) => one.protocol === 'tcp' && one.port === port)
      : undefined;
  return [
    reached({
      ...{ kind: 'engine', name: `the engine’s API (${name})`, through: door.through },
      ...{ address, port, protocol: 'tcp' },
      ...byRoute(socket === undefined ? 'configured' : 'measured', routeConditions(host, door)),
      evidence: [...door.evidence, ...evidence, ...(socket ? [socketEvidence(socket)] : [])],
    }),
  ];
}

/** Ways out to other machines. */
export const outsideTarget = (
  through: ReachedThrough,
  evidence: readonly Evidence[],
): ReachTarget =>
  reached({
    ...{ kind: 'outside', name: 'other machines', through, certainty: 'configured' },
    evidence: [...evidence],
  });

export const hostNetworkDoor = ({ self }: ReachWorld): HostDoor => ({
  through: { kind: 'host-network', name: 'the host’s network' },
  gateways: null,
  hasRoute: true,
  mayRoute: false,
  isHiding: read(false),
  evidence: [inspected('HostConfig.NetworkMode', self.networkNamespace.mode)],
});

/** The address of the host in a network of the bridge driver; it is there in internal ones as well. */
export function gatewayDoor(world: ReachWorld, name: string): HostDoor {
  const { self, place } = world;
  const owner = place.kind === 'own' ? place.owner : self;
  const facts = world.networkOf(name, owner);
  // Of several networks one has the way out, and which is not listed.
  const otherWay = owner.networks.find((one) => {
    const other = world.networkOf(one, owner);
    return one !== name && other?.isInternal !== true && leadsToHost(other) !== true;
  });
  return {
    through: { kind: 'gateway', name },
    otherWay,
    ...gatewayOf(owner, name, facts, setsRoutes(capabilitiesAt(world))),
    isHiding: hidesPublished(facts, firewallIn(world)),
  };
}

/** What a container holds by itself: mounts, privileges, namespaces, processes of another. */
export function heldTargets(steps: readonly HeldStep[], isMeasured: boolean): ReachTarget[] {
  return steps.map(({ kind, name, says, conditions, evidence }) => {
    const certainty = certaintyOf(conditions);
    const texts = conditions.map(({ text }) => text);
    const isSeen = isMeasured && evidence.some(({ source }) => source.startsWith('/proc/PID/'));
    const isOther = kind === 'container';
    return reached({
      kind: isOther ? 'container' : kind === 'socket' ? 'engine' : 'way',
      name: kind === 'socket' ? 'a socket of the engine' : name,
      through: { kind: isOther ? 'processes' : 'holding', name: says },
      certainty: certainty === 'unproven' ? 'unknown' : isSeen ? 'measured' : 'configured',
      reason: certainty === 'unproven' ? texts.join('; ') : null,
      conditions: certainty === 'unproven' ? [] : texts,
      evidence: [...evidence],
    });
  });
}
