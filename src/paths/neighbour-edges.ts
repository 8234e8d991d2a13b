import type { JudgedContainer } from '../controls/container-controls.ts';
import { type Evidence, inspected, networkListed } from '../snapshot/evidence.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { containerNode, type Edge, type GraphNode } from './graph.ts';
import { asRoot, isLive, type Power, weakness } from './power.ts';

/** From one container into another: through a PID namespace they share, or a common network. */
export function neighbourEdges(
  powers: readonly Power[],
  networks: readonly NetworkFacts[],
): Edge[] {
  const byName = new Map(powers.map((power) => [power.container.name, power]));
  const live = powers.filter(({ container }) => isLive(container));
  return [
    ...live.flatMap((power) => tracingEdges(power, byName)),
    ...live.flatMap((power) => networkEdges(power.container, networks)),
  ];
}

/** Joined processes can be traced, and through `/proc/<pid>/root` one has the other's files. */
function tracingEdges(power: Power, byName: ReadonlyMap<string, Power>): Edge[] {
  const { container, namespaces, given } = power;
  const other = byName.get(namespaces.pid.joined ?? '');
  if (!other) return [];
  const { evidence } = given('ns-pid');
  return [...traceEdge(power, other.container, evidence), ...traceEdge(other, container, evidence)];
}

function traceEdge(tracer: Power, traced: JudgedContainer, joined: readonly Evidence[]): Edge[] {
  const { container } = tracer;
  if (!tracer.capabilities.includes('CAP_SYS_PTRACE')) return [];
  return [
    {
      from: containerNode(container),
      to: containerNode(traced),
      says: `shares the processes of ${traced.name} and has CAP_SYS_PTRACE, which takes them over`,
      conditions: asRoot(tracer),
      evidence: [...joined, ...tracer.given('cap-bounding').evidence],
      // A privileged one keeps the capability whatever its lists say.
      rules: container.isPrivileged ? [] : ['no-added-capabilities'],
      subjectId: container.id,
    },
  ];
}

/** Networks stand in the graph themselves, so that a thousand neighbours cost a thousand steps. */
function networkEdges(container: JudgedContainer, networks: readonly NetworkFacts[]): Edge[] {
  const { resolved, mode } = container.networkNamespace;
  if (resolved !== 'private') return [];
  return container.networks.flatMap((name) => {
    const facts = networks.find((network) => network.name === name);
    if (name === 'none' || mode === 'none') return [];
    // The engine promises that members do not reach each other; whether it holds is the firewall's.
    if (facts?.allowsInterContainerTraffic === false) return [];
    const network: GraphNode = { kind: 'network', id: `network:${name}`, name: `network ${name}` };
    const evidence = [
      inspected('NetworkSettings.Networks', container.networks),
      ...(facts ? [networkListed('enable_icc', facts.allowsInterContainerTraffic)] : []),
    ];
    const common = { evidence, rules: [], subjectId: container.id };
    const node = containerNode(container);
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
