import type { JudgedContainer } from '../controls/container-controls.ts';
import { portLine } from '../rules/ports.ts';
import { enumerate } from '../shared/text.ts';
import { type Evidence, inspected } from '../snapshot/evidence.ts';
import type { PortFact } from '../snapshot/facts/container.ts';
import { networksInspected } from '../snapshot/own-networks.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { scopeOf } from '../surface/addresses.ts';
import type { ContainerSurface } from '../surface/container-surface.ts';
import type { OutwardPort } from '../surface/outward-ports.ts';
import { publishedEvidence, publishedPorts } from '../surface/published-ports.ts';
import { type Condition, type Edge, edgeOf, type GraphNode, NONE, outside } from './graph.ts';
import type { NetworkOwner } from './network-owner.ts';
import { ifOfHost, isLive, missing, type Power } from './power.ts';

/** What decides which ports are published for a container. */
type Publishing = Pick<Snapshot, 'networks' | 'engine' | 'swarm'>;

interface Surroundings {
  surfaces: ReadonlyMap<string, ContainerSurface>;
  snapshot: Publishing;
}

/** How one gets into a container at all: a public port, its image, or a command run in it. */
export function entranceEdges(
  powers: readonly Power[],
  ownerOf: (power: Power) => NetworkOwner,
  { surfaces, snapshot }: Surroundings,
): Edge[] {
  const byName = new Map(powers.map(({ container }) => [container.name, container]));
  return powers.flatMap((power) => {
    const ports = surfaces.get(power.container.id)?.ports;
    const isKnown = isLive(power.container) && ports?.state === 'read';
    const door = isKnown
      ? openDoor(ports.value, byName)
      : publishedDoor(power, ownerOf(power), snapshot);
    return [
      ...(door === null ? [] : portEdges(power, door)),
      ...(power.namespaces.network.isHost === false ? [] : hostNetworkEdges(power)),
      ...insideEdges(power),
    ];
  });
}

/** Ports through which one gets into a container. */
interface Door {
  /** As in a sentence, e.g. `ports 80 and 443`. */
  name: string;
  /** What tells of them. */
  evidence: readonly Evidence[];
  /** The container whose network it joined; null for its own. */
  owner: Pick<JudgedContainer, 'id' | 'name'> | null;
  /** What has to be so that it is there. */
  conditions: Condition[];
}

/**
 * Ports on every address behind which it can be reached, its own and those of the container whose network
 * it joined. Nobody enters through one that is seen to be dead; one that does not run, or whose ports
 * nobody could tell, is entered through what is published.
 */
function portEdges(
  { container, node: inside }: Power,
  { name, evidence: published, owner, conditions }: Door,
): Edge[] {
  const node: GraphNode = {
    kind: 'public-port',
    id: `port:${container.id}`,
    name: `${name} on every interface`,
  };
  const grounds = {
    evidence: () => published,
    rules: ['no-public-port'],
    subjectId: owner?.id ?? container.id,
  };
  const entrance = edgeOf(grounds, outside, node, `reaches ${node.name}`, conditions);
  if (owner === null) return [entrance, edgeOf(grounds, node, inside, 'leads into it')];
  const { mode } = container.networkNamespace;
  const evidence = () => [inspected('HostConfig.NetworkMode', mode), ...published];
  // Of several containers in one network, the ports do not tell which listens.
  const ifThere = missing(`it listens on a port of ${owner.name} (unknown)`);
  const says = `leads into the network of ${owner.name}`;
  return [entrance, edgeOf({ ...grounds, evidence }, node, inside, says, [ifThere])];
}

const portsName = (names: readonly string[], count: number): string =>
  `${count === 1 ? 'port' : 'ports'} ${enumerate([...new Set(names)])}`;

/** The call that tells of the ports of the swarm. */
const BY_SERVICE = 'GET /services';

/** What stands open now; null where nothing does. */
function openDoor(
  ports: readonly OutwardPort[],
  byName: ReadonlyMap<string, JudgedContainer>,
): Door | null {
  const open = ports.filter(
    ({ scope, listening, via }) =>
      scope === 'every-address' && listening.state !== 'dead' && via !== 'host-network',
  );
  const [first] = open;
  if (!first) return null;
  return {
    name: portsName(open.map(portName), open.length),
    evidence: [...Map.groupBy(open, ({ source }) => source)].map(([source, ports]) => ({
      path: source === BY_SERVICE ? 'Endpoint.Ports' : 'NetworkSettings.Ports',
      value: ports.map(({ address, ...port }) => portLine({ ...port, hostIp: address })),
      source,
    })),
    owner: byName.get(first.through.at(-1) ?? '') ?? null,
    conditions: [],
  };
}

function publishedDoor(
  { container }: Power,
  network: NetworkOwner,
  snapshot: Publishing,
): Door | null {
  if (network === 'nowhere') return null;
  const publishing = typeof network === 'string' ? container : network.container;
  const owner = publishing === container ? null : publishing;
  const published = publishedPorts(publishing, snapshot);
  // A task that has ended is not started again.
  const { own } = published;
  const asked = isLive(container)
    ? published
    : { own, bySwarm: [], all: own, gap: null, unshown: [] };
  const isOpen = ({ hostIp }: PortFact) => scopeOf(hostIp) === 'every-address';
  const open = asked.all.filter(isOpen);
  if (open.length > 0) {
    const evidence = publishedEvidence(asked, isOpen, portLine);
    return { name: portsName(open.map(portName), open.length), evidence, owner, conditions: [] };
  }
  const hidden = asked.unshown.filter(isOpen);
  if (hidden.length > 0) {
    return {
      name: portsName(hidden.map(portName), hidden.length),
      evidence: publishedEvidence({ own: hidden, bySwarm: [], all: hidden }, isOpen, portLine),
      owner,
      conditions: [missing('the engine published what it asked for (unknown)')],
    };
  }
  if (asked.gap === null || asked.unshown.length > 0) return null;
  // Who is seen in the network of the swarm publishes there, whatever the number.
  const isSeen = snapshot.networks.state === 'read';
  return {
    name: 'a port of the swarm',
    evidence: [networksInspected(publishing)],
    owner,
    conditions: isSeen ? [] : [missing('its service publishes ports in the swarm (unknown)')],
  };
}

const portName = ({
  hostPort,
  containerPort,
  protocol,
}: Pick<PortFact, 'hostPort' | 'containerPort' | 'protocol'>): string => {
  const port = hostPort === 0 ? `${containerPort} (host port chosen at start)` : String(hostPort);
  return protocol === 'tcp' ? port : `${port}/${protocol}`;
};

/** On the host's network whatever it listens on is open; whose a socket there is nobody could read. */
function hostNetworkEdges({ container, node, namespaces, inNetwork: evidence }: Power): Edge[] {
  const port: GraphNode = {
    kind: 'public-port',
    id: `port:host-network:${container.id}`,
    name: "a port of the host's own network",
  };
  const grounds = { evidence, rules: ['no-host-network'], subjectId: container.id };
  const unsure = namespaces.network.isHost ? [] : [ifOfHost('network')];
  const conditions = [missing('it listens there (unknown)'), ...unsure];
  return [
    edgeOf(grounds, outside, port, `reaches ${port.name}`),
    edgeOf(grounds, port, node, 'leads into it', conditions),
  ];
}

/** A fixed image can only be entered by who may run commands in it; a tag also by who may move it. */
function insideEdges({ container, node }: Power): Edge[] {
  const { imageReference, id } = container;
  const isFixed = imageReference.includes('@sha256:') || imageReference.startsWith('sha256:');
  const from: GraphNode = isFixed
    ? { kind: 'exec', id: `exec:${id}`, name: 'a command run in it' }
    : { kind: 'image', id: `image:${imageReference}`, name: `its image ${imageReference}` };
  const evidence = () => [inspected('Config.Image', imageReference)];
  const grounds = { evidence, rules: NONE, subjectId: id };
  const says = isFixed ? 'may run commands in it' : `controls its image ${imageReference}`;
  return [edgeOf(grounds, outside, from, says), edgeOf(grounds, from, node, 'acts in it')];
}
