import { inspected, networkListed } from '../snapshot/evidence.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import type { Edge, GraphNode } from './graph.ts';
import { isLive, type Power, weakness } from './power.ts';
import { tracingEdges } from './tracing-edges.ts';

/** From one container into another: through processes in its sight (see `tracingEdges`), or a common network. */
export function neighbourEdges(
  powers: readonly Power[],
  networks: readonly NetworkFacts[],
  holders: ReadonlySet<string>,
): Edge[] {
  const live = powers.filter(({ container }) => isLive(container));
  // Of two with one name the first.
  const byName = new Map(networks.toReversed().map((network) => [network.name, network]));
  return [
    ...tracingEdges(powers, holders),
    ...live.flatMap((power) => networkEdges(power, byName)),
  ];
}

/** Networks stand in the graph themselves, so that a thousand neighbours cost a thousand steps. */
function networkEdges(
  { container, node }: Power,
  networks: ReadonlyMap<string, NetworkFacts>,
): Edge[] {
  const { resolved, mode } = container.networkNamespace;
  if (resolved !== 'private') return [];
  return container.networks.flatMap((name) => {
    const facts = networks.get(name);
    if (name === 'none' || mode === 'none') return [];
    // The engine promises that members do not reach each other; whether it holds is the firewall's.
    if (facts?.allowsInterContainerTraffic === false) return [];
    const network: GraphNode = { kind: 'network', id: `network:${name}`, name: `network ${name}` };
    const evidence = () => [
      inspected('NetworkSettings.Networks', container.networks),
      ...(facts ? [networkListed('enable_icc', facts.allowsInterContainerTraffic)] : []),
    ];
    const common = { evidence, rules: [], subjectId: container.id };
    return [
      { ...common, from: node, to: network, says: `is in the network ${name}`, conditions: [] },
      {
        ...common,
        from: network,
        to: node,
        says: `reaches ${node.name}`,
        conditions: [weakness(`a weakness in ${node.name} that the network ${name} reaches`)],
      },
    ];
  });
}
