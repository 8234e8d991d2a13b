import { inspected } from '../snapshot/evidence.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { perContainer } from '../snapshot/per-container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { scopeOf } from '../surface/addresses.ts';
import type { Edge } from './graph.ts';
import { isLive, missing, type Power } from './power.ts';

/** What is near a container. */
export interface Neighbourhood extends Pick<Snapshot, 'listeners'> {
  networks: readonly NetworkFacts[];
}

/** Containers with an engine that are told of one neighbour: any of them is a way. */
const REACHED_MAX = 20;

/**
 * Into a container that holds a way to the host and has an engine of its own, as one that builds images: whoever
 * reaches that engine's API without a certificate starts in it what it likes. `holders` are the nodes of such.
 */
export function innerEngineEdges(
  powers: readonly Power[],
  { networks, listeners }: Neighbourhood,
  holders: ReadonlySet<string>,
): Edge[] {
  if (listeners.state === 'unread') return [];
  const listenersOf = perContainer({ state: 'read', value: listeners.value.containers });
  const live = powers.filter(
    ({ container, namespaces }) => isLive(container) && namespaces.network.isHost === false,
  );
  const byName = new Map(live.map(({ container }) => [container.name, container]));
  // Of one that joined the network of another it is that one's.
  const networkOf = ({ container, namespaces }: Power) =>
    byName.get(namespaces.network.joined ?? '') ?? container;
  const shut = new Set(
    networks.flatMap((one) => (one.allowsInterContainerTraffic === false ? [one.name] : [])),
  );
  const inners = live.flatMap((power) => {
    const told = holders.has(power.node.id) ? listenersOf(power.container.id) : null;
    const sockets = told?.state === 'read' ? told.value.sockets.filter(isOfEngine) : [];
    const isOutward = sockets.some(({ address }) => scopeOf(address) !== 'loopback');
    return sockets.length === 0 ? [] : [{ power, isOutward, own: networkOf(power) }];
  });
  if (inners.length === 0) return [];
  return live.flatMap((power) => {
    const edges: Edge[] = [];
    const from = networkOf(power);
    for (const inner of inners) {
      if (edges.length === REACHED_MAX) break;
      if (inner.power === power) continue;
      const common = from.networks.find((name) => inner.own.networks.includes(name));
      const isOpen = inner.isOutward && common !== undefined && !shut.has(common);
      if (from === inner.own) edges.push(edgeTo(inner.power, power, 'the network that they share'));
      else if (isOpen && common !== 'none')
        edges.push(edgeTo(inner.power, power, `the network ${common}`));
    }
    return edges;
  });
}

/** The port of an engine that asks nobody for a certificate. */
const isOfEngine = ({ protocol, port }: ListeningSocket): boolean =>
  protocol === 'tcp' && port === 2375;

const edgeTo = (inner: Power, power: Power, through: string): Edge => ({
  ...{ from: power.node, to: inner.node, rules: [], subjectId: inner.container.id },
  says: `reaches port 2375 of ${inner.node.name} through ${through}`,
  conditions: [...power.always, missing('an engine answers there (unknown)')],
  evidence: () => [inspected('NetworkSettings.Networks', power.container.networks)],
});
