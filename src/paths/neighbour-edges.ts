import { type Evidence, inspected, networkListed } from '../snapshot/evidence.ts';
import { networksInspected } from '../snapshot/own-networks.ts';
import { type Condition, type Edge, edgeOf, type GraphNode, NONE, networkNode } from './graph.ts';
import { leadsToHost } from './host-address.ts';
import { conditionsOf, isLet, isPassable, type Passage, type PassagesOf } from './kept-apart.ts';
import type { NetworkOwner } from './network-owner.ts';
import { ifOfHost, isLive, missing, type Power, weakness } from './power.ts';
import { processNeighbours } from './process-mounts.ts';
import type { Holders } from './sight.ts';
import { tracingEdges } from './tracing-edges.ts';

/** What decides which containers are neighbours. */
interface Surroundings {
  networks: PassagesOf;
  holders: Holders;
}

/** From one container into another: through processes in its sight (see `tracingEdges`, `processNeighbours`), or a common network. */
export function neighbourEdges(
  powers: readonly Power[],
  ownerOf: (power: Power) => NetworkOwner,
  { networks, holders }: Surroundings,
): Edge[] {
  const sharing = Map.groupBy(
    powers.filter(({ container }) => isLive(container)),
    ownerOf,
  );
  // Not spread: of those who see each other there are thousands.
  return tracingEdges(powers, holders).concat(
    processNeighbours(powers, holders),
    [...sharing].flatMap(([owner, members]) =>
      typeof owner === 'string' ? [] : networkEdges(owner, members, networks),
    ),
    edgesByLinks(sharing, networks),
    edgesByHost(sharing, networks),
  );
}

/** Between two that are linked in a network which keeps its members apart, and whoever is in their network namespaces. */
function edgesByLinks(
  sharing: ReadonlyMap<NetworkOwner, readonly Power[]>,
  networks: PassagesOf,
): Edge[] {
  const owners = [...sharing.keys()].filter((owner) => typeof owner !== 'string');
  const linking = owners.filter(({ container }) => container.linkedTo !== undefined);
  if (linking.length === 0) return [];
  const byName = new Map(owners.map((owner) => [owner.container.name, owner]));
  return linking.flatMap((owner) =>
    (owner.container.linkedTo ?? []).flatMap((name) => {
      const other = byName.get(name);
      const shut = owner.container.networks
        .flatMap((network) => networks(network, owner.container))
        .find((one) => !isPassable(one) && other && isMember(one, other, networks));
      if (!other || !shut || !isLet(owner.container, other.container, shut.facts)) return [];
      const between = `${owner.node.name} and ${other.node.name}`;
      const through = `${shut.name}, by a link between ${between}`;
      const common: Common = {
        node: networkNode(`link:${owner.container.id}:${other.container.id}`, through),
        ...{ name: through, conditions: [] },
        evidence: () => [inspected('HostConfig.Links', [name])],
      };
      return [owner, other].flatMap((one) =>
        (sharing.get(one) ?? []).flatMap((member) => edgesThrough(member, common)),
      );
    }),
  );
}

const isMember = ({ key }: Passage, { container }: Power, networks: PassagesOf): boolean =>
  container.networks.some((name) => networks(name, container).some((one) => one.key === key));

/** A place from which the members of all bridges are reached, and one that all of them reach: what is on the host's network. */
const [FROM_HOST, AT_HOST] = (['from', 'at'] as const).map(
  (which): GraphNode => ({
    kind: 'network',
    id: `network-of-host:${which}`,
    name: which === 'from' ? 'networks that the host is in' : "the host's own network",
  }),
) as [GraphNode, GraphNode];

/** Between containers on the host's network and those in networks where it has an address, which no setting keeps apart. */
function edgesByHost(
  sharing: ReadonlyMap<NetworkOwner, readonly Power[]>,
  networks: PassagesOf,
): Edge[] {
  const onHost = (['host', 'unknown'] as const).flatMap((place) =>
    (sharing.get(place) ?? []).map((power) => ({
      power,
      unsure: place === 'host' ? [] : [ifOfHost('network')],
    })),
  );
  if (onHost.length === 0) return [];
  const between = [...sharing].flatMap(([owner, members]) => {
    const door = typeof owner === 'string' ? undefined : doorOfHost(owner, networks);
    return door ? members.flatMap((member) => edgesBeside(member, door)) : [];
  });
  if (between.length === 0) return [];
  return between.concat(
    onHost.flatMap(({ power: { node, container, inNetwork: evidence }, unsure }): Edge[] => {
      const grounds = { evidence, rules: ['no-host-network'], subjectId: container.id };
      const [is, reaches] = unsure.length === 0 ? ['is', 'reaches'] : ['may be', 'may reach'];
      const what = `a weakness in ${node.name} that the host's own network reaches`;
      const conditions = [weakness(what), ...unsure];
      return [
        edgeOf(grounds, node, FROM_HOST, `${is} on the host's network`, unsure),
        edgeOf(grounds, AT_HOST, node, `${reaches} ${node.name}`, conditions),
      ];
    }),
  );
}

/** The network through which a container and the host reach each other, one that does so for sure before others. */
function doorOfHost({ container }: Power, networks: PassagesOf): Common | undefined {
  const doors = container.networks
    .flatMap((name) => networks(name, container))
    .flatMap(({ node, name, facts }): Common[] => {
      const leads = leadsToHost(facts ?? undefined);
      if (leads === false) return [];
      const conditions = leads
        ? NONE
        : [missing(`the network ${name} leads to the host (unknown)`)];
      const evidence = () => [
        networksInspected(container),
        ...(facts ? [networkListed('Driver', facts.driver)] : []),
      ];
      return [{ node, name, conditions, evidence }];
    });
  return doors.find(({ conditions }) => conditions.length === 0) ?? doors[0];
}

function edgesBeside({ node, container }: Power, door: Common): Edge[] {
  const { name, conditions, evidence } = door;
  const grounds = { evidence, rules: NONE, subjectId: container.id };
  const reaches = conditions.length === 0 ? 'reaches' : 'may reach';
  const through = `through the network ${name}`;
  const what = `a weakness in ${node.name} that the host reaches ${through}`;
  const inward = [weakness(what), ...conditions];
  return [
    edgeOf(grounds, node, AT_HOST, `${reaches} the host ${through}`, conditions),
    edgeOf(grounds, FROM_HOST, node, `${reaches} ${node.name} ${through}`, inward),
  ];
}

/** A network that stands in the graph itself, as its members see it. */
interface Common {
  node: GraphNode;
  name: string;
  conditions: readonly Condition[];
  evidence: () => readonly Evidence[];
}

/** `members` are those in the network namespace of `owner`, itself among them: in it nothing keeps them apart. */
function networkEdges(owner: Power, members: readonly Power[], networks: PassagesOf): Edge[] {
  const { container } = owner;
  const own = () => networksInspected(container);
  const open = container.networks
    .flatMap((name) => networks(name, container).filter(isPassable))
    .map((passage): Common => {
      const { node, name, facts } = passage;
      const evidence = () => [
        own(),
        ...(facts ? [networkListed('enable_icc', facts.allowsInterContainerTraffic)] : []),
      ];
      return { node, name, conditions: conditionsOf(passage), evidence };
    });
  if (members.length > 1 && open.every(({ conditions }) => conditions.length > 0)) {
    const name = `of ${owner.node.name}`;
    const node = networkNode(`of:${container.id}`, name);
    open.push({ node, name, conditions: [], evidence: () => [own()] });
  }
  return members.flatMap((member) => open.flatMap((one) => edgesThrough(member, one)));
}

function edgesThrough(
  { node, container }: Power,
  { node: network, name, conditions, evidence }: Common,
): Edge[] {
  const grounds = { evidence, rules: NONE, subjectId: container.id };
  const reaches = conditions.length === 0 ? 'reaches' : 'may reach';
  const what = `a weakness in ${node.name} that the network ${name} reaches`;
  return [
    edgeOf(grounds, node, network, `is in the network ${name}`),
    edgeOf(grounds, network, node, `${reaches} ${node.name}`, [weakness(what), ...conditions]),
  ];
}
