import { inspected, networkListed } from '../snapshot/evidence.ts';
import type { Edge, GraphNode } from './graph.ts';
import { conditionsOf, isPassable, type PassagesOf } from './kept-apart.ts';
import { isLive, type Power, weakness } from './power.ts';
import { tracingEdges } from './tracing-edges.ts';

/** From one container into another: through processes in its sight (see `tracingEdges`), or a common network. */
export function neighbourEdges(
  powers: readonly Power[],
  networks: PassagesOf,
  holders: ReadonlySet<string>,
): Edge[] {
  const live = powers.filter(({ container }) => isLive(container));
  // Not spread: of those who see each other there are thousands.
  return tracingEdges(powers, holders).concat(
    live.flatMap((power) => networkEdges(power, networks)),
  );
}

/** Networks stand in the graph themselves, so that a thousand neighbours cost a thousand steps. */
function networkEdges({ container, node }: Power, networks: PassagesOf): Edge[] {
  const { resolved, mode } = container.networkNamespace;
  if (resolved !== 'private' || mode === 'none') return [];
  const names = container.networks.filter((name) => name !== 'none');
  const open = names.flatMap((name) => networks(name, container).filter(isPassable));
  return open.flatMap((passage) => {
    const { key, name, facts } = passage;
    const network: GraphNode = { kind: 'network', id: `network:${key}`, name: `network ${name}` };
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
        conditions: [
          weakness(`a weakness in ${node.name} that the network ${name} reaches`),
          ...conditionsOf(passage),
        ],
      },
    ];
  });
}
