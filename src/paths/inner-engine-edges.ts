import { inspected } from '../snapshot/evidence.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import { perContainer } from '../snapshot/per-container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { scopeOf } from '../surface/addresses.ts';
import type { Condition, Edge } from './graph.ts';
import { conditionsOf, isPassable, type PassagesOf } from './kept-apart.ts';
import { isLive, missing, type Power } from './power.ts';

/** What is near a container. */
export interface Neighbourhood extends Pick<Snapshot, 'listeners'> {
  networks: PassagesOf;
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
      if (from === inner.own) {
        edges.push(edgeTo(inner, power, { what: 'the network that they share', conditions: [] }));
      } else if (inner.isOutward) {
        const through = surestOf(from, inner.own, networks);
        if (through !== null) edges.push(edgeTo(inner, power, through));
      }
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

interface Through {
  what: string;
  conditions: Condition[];
}

/** Of the networks that both are in one that keeps its members least apart; null where each does. */
function surestOf(
  from: Power['container'],
  to: Power['container'],
  networks: PassagesOf,
): Through | null {
  const passagesOf = (container: Power['container']) =>
    container.networks.flatMap((name) => (name === 'none' ? [] : networks(name, container)));
  const keys = new Set(passagesOf(to).map(({ key }) => key));
  const [first] = passagesOf(from)
    .filter((passage) => keys.has(passage.key) && isPassable(passage))
    .map((passage) => ({
      what: `the network ${passage.name}`,
      conditions: conditionsOf(passage),
    }))
    .sort((a, b) => a.conditions.length - b.conditions.length);
  return first ?? null;
}

const edgeTo = (
  { power: inner, isAlone }: Inner,
  power: Power,
  { what: through, conditions }: Through,
): Edge => ({
  ...{ from: power.node, to: inner.node, rules: [], subjectId: inner.container.id },
  says: `reaches port 2375 ${isAlone ? 'of' : 'in the network of'} ${inner.node.name} through ${through}`,
  conditions: [
    ...power.always,
    ...conditions,
    missing('an engine answers there (unknown)'),
    ...(isAlone ? [] : [missing(`that engine is one of ${inner.node.name} (unknown)`)]),
  ],
  evidence: () => [inspected('NetworkSettings.Networks', power.container.networks)],
});
