import { portLine } from '../rules/ports.ts';
import { enumerate } from '../rules/words.ts';
import { inspected } from '../snapshot/evidence.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import { scopeOf } from '../surface/addresses.ts';
import { containerNode, type Edge, type GraphNode, outside } from './graph.ts';
import { missing, weakness } from './power.ts';

/** How one gets into a container at all: a public port, its image, or a command run in it. */
export function entranceEdges(containers: readonly ContainerFacts[]): Edge[] {
  const byName = new Map(containers.map((container) => [container.name, container]));
  return containers.flatMap((container) =>
    [
      ...portEdges(container, byName),
      ...hostNetworkEdges(container),
      insideEdges(container),
    ].flat(),
  );
}

/** Ports on every interface: its own, or those of the container whose network it joined. */
function portEdges(container: ContainerFacts, byName: ReadonlyMap<string, ContainerFacts>): Edge[] {
  const { resolved, via, mode } = container.networkNamespace;
  const joined = resolved === 'shared' ? byName.get(via.at(-1) ?? '') : undefined;
  const owner = joined ?? container;
  const open = owner.ports.filter(({ hostIp }) => scopeOf(hostIp) === 'every-address');
  if (open.length === 0) return [];
  const ports = enumerate([...new Set(open.map(portName))]);
  const port: GraphNode = {
    kind: 'public-port',
    id: `port:${container.id}`,
    name: `${open.length === 1 ? 'port' : 'ports'} ${ports} on every interface`,
  };
  const published = inspected('NetworkSettings.Ports', open.map(portLine));
  const common = { rules: ['no-public-port'], subjectId: owner.id };
  return [
    {
      ...common,
      from: outside,
      to: port,
      says: `reaches ${port.name}`,
      conditions: [],
      evidence: [published],
    },
    {
      ...common,
      from: port,
      to: containerNode(container),
      says: joined ? `leads into the network of ${owner.name}` : 'leads into it',
      // Of several containers in one network, the ports do not tell which listens.
      conditions: joined
        ? [missing(`it listens on a port of ${owner.name}, which was not read`)]
        : [],
      evidence: joined ? [inspected('HostConfig.NetworkMode', mode), published] : [published],
    },
  ];
}

const portName = ({ hostPort, containerPort, protocol }: PortFact): string => {
  const port = hostPort === 0 ? `${containerPort} (host port chosen at start)` : String(hostPort);
  return protocol === 'tcp' ? port : `${port}/${protocol}`;
};

/** On the host's network whatever it listens on is open, but its sockets were not read. */
function hostNetworkEdges(container: ContainerFacts): Edge[] {
  if (container.networkNamespace.resolved !== 'host') return [];
  const port: GraphNode = {
    kind: 'public-port',
    id: `port:host-network:${container.id}`,
    name: "a port of the host's own network",
  };
  const evidence = [inspected('HostConfig.NetworkMode', container.networkNamespace.mode)];
  const common = { rules: ['no-host-network'], subjectId: container.id, evidence };
  return [
    { ...common, from: outside, to: port, says: `reaches ${port.name}`, conditions: [] },
    {
      ...common,
      from: port,
      to: containerNode(container),
      says: 'leads into it',
      conditions: [weakness('it listens there, which its configuration does not tell')],
    },
  ];
}

/** A fixed image can only be entered by who may run commands in it; a tag also by who may move it. */
function insideEdges(container: ContainerFacts): Edge[] {
  const { imageReference, id } = container;
  const isFixed = imageReference.includes('@sha256:') || imageReference.startsWith('sha256:');
  const from: GraphNode = isFixed
    ? { kind: 'exec', id: `exec:${id}`, name: 'a command run in it' }
    : { kind: 'image', id: `image:${imageReference}`, name: `its image ${imageReference}` };
  const evidence = [inspected('Config.Image', imageReference)];
  const common = { rules: [], subjectId: id, conditions: [], evidence };
  const says = isFixed ? 'may run commands in it' : `controls its image ${imageReference}`;
  return [
    { ...common, from: outside, to: from, says },
    { ...common, from, to: containerNode(container), says: 'acts in it' },
  ];
}
