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
  // Of two with one name the one that is open.
  const open = new Set(
    networks.flatMap((one) => (one.allowsInterContainerTraffic === false ? [] : [one.name])),
  );
  const shut = new Set(networks.flatMap(({ name }) => (open.has(name) ? [] : [name])));
  const isPassable = (name: string) => name !== 'none' && !shut.has(name);
  const inners = live.flatMap((power): Inner[] => {
    const told = holders.has(power.node.id) ? listenersOf(power.container.id) : null;
    const sockets = told?.state === 'read' ? told.value.sockets.filter(isOfEngine) : [];
    const isOutward = sockets.some(({ address }) => scopeOf(address) !== 'loopback');
    if (sockets.length === 0) return [];
    const own = networkOf(power);
    const isAlone = live.every((one) => one === power || networkOf(one) !== own);
    return [{ power, isOutward, own, isAlone }];
  });
  if (inners.length === 0) return [];
  return live.flatMap((power) => {
    const edges: Edge[] = [];
    const from = networkOf(power);
    for (const inner of inners) {
      if (edges.length === REACHED_MAX) break;
      if (inner.power === power) continue;
      const common = from.networks.find(
        (name) => isPassable(name) && inner.own.networks.includes(name),
      );
      if (from === inner.own) edges.push(edgeTo(inner, power, 'the network that they share'));
      else if (inner.isOutward && common !== undefined)
        edges.push(edgeTo(inner, power, `the network ${common}`));
    }
    return edges;
  });
}

/** The port of an engine that asks nobody for a certificate. */
const isOfEngine = ({ protocol, port }: ListeningSocket): boolean =>
  protocol === 'tcp' && port === 2375;

/** A container in which something listens on that port, or in a network namespace that it shares. */
interface Inner {
  power: Power;
  isOutward: boolean;
  /** Whose network it is in. */
  own: Power['container'];
  /** Nobody else is in its network namespace, who might be the one that listens. */
  isAlone: boolean;
}

const edgeTo = ({ power: inner, isAlone }: Inner, power: Power, through: string): Edge => ({
  ...{ from: power.node, to: inner.node, rules: [], subjectId: inner.container.id },
  says: `reaches port 2375 ${isAlone ? 'of' : 'in the network of'} ${inner.node.name} through ${through}`,
  conditions: [
    ...power.always,
    missing('an engine answers there (unknown)'),
    ...(isAlone ? [] : [missing(`that engine is one of ${inner.node.name} (unknown)`)]),
  ],
  evidence: () => [inspected('NetworkSettings.Networks', power.container.networks)],
});
