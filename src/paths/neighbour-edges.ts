import { type Evidence, inspected, networkListed } from '../snapshot/evidence.ts';
import type { Condition, Edge, GraphNode } from './graph.ts';
import { conditionsOf, isPassable, type PassagesOf } from './kept-apart.ts';
import type { NetworkOwner } from './network-owner.ts';
import { isLive, type Power, weakness } from './power.ts';
import { tracingEdges } from './tracing-edges.ts';

/** What decides which containers are neighbours. */
interface Surroundings {
  networks: PassagesOf;
  /** Nodes of what holds a way to the host. */
  holders: ReadonlySet<string>;
}

/** From one container into another: through processes in its sight (see `tracingEdges`), or a common network. */
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
    [...sharing].flatMap(([owner, members]) =>
      typeof owner === 'string' ? [] : networkEdges(owner, members, networks),
    ),
  );
}

/** A network that stands in the graph itself, so that a thousand neighbours cost a thousand steps. */
interface Common {
  key: string;
  name: string;
  conditions: readonly Condition[];
  evidence: readonly Evidence[];
}

/** `members` are those in the network namespace of `owner`, itself among them: in it nothing keeps them apart. */
function networkEdges(owner: Power, members: readonly Power[], networks: PassagesOf): Edge[] {
  const { container } = owner;
  const own = inspected('NetworkSettings.Networks', container.networks);
  const open = container.networks
    .flatMap((name) => networks(name, container).filter(isPassable))
    .map((passage): Common => {
      const { key, name, facts } = passage;
      const evidence = [
        own,
        ...(facts ? [networkListed('enable_icc', facts.allowsInterContainerTraffic)] : []),
      ];
      return { key, name, conditions: conditionsOf(passage), evidence };
    });
  const name = `of ${owner.node.name}`;
  const shared = { key: `of:${container.id}`, name, conditions: [], evidence: [own] };
  const isJoined = members.length > 1 && open.every(({ conditions }) => conditions.length > 0);
  const common = isJoined ? [...open, shared] : open;
  return members.flatMap((member) => common.flatMap((one) => edgesThrough(member, one)));
}

function edgesThrough(
  { node, container }: Power,
  { key, name, conditions, evidence: told }: Common,
): Edge[] {
  const network: GraphNode = { kind: 'network', id: `network:${key}`, name: `network ${name}` };
  const common = { evidence: () => told, rules: [], subjectId: container.id };
  return [
    { ...common, from: node, to: network, says: `is in the network ${name}`, conditions: [] },
    {
      ...common,
      from: network,
      to: node,
      says: `reaches ${node.name}`,
      conditions: [
        weakness(`a weakness in ${node.name} that the network ${name} reaches`),
        ...conditions,
      ],
    },
  ];
}
