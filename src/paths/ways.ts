import {
  type AttackGraph,
  type Certainty,
  certaintyOf,
  type Edge,
  type GraphNode,
  graphOf,
  outside,
} from './graph.ts';

/** A chain of steps from outside to the host. */
export interface Way {
  edges: Edge[];
  startsFromPublicPort: boolean;
  /** As sure as its weakest step. */
  certainty: Certainty;
}

/** Doors that stand open to whoever reaches the machine. */
const PUBLIC_DOORS: readonly string[] = ['public-port', 'engine-api'];
const CERTAINTIES: readonly Certainty[] = ['direct', 'unproven', 'conditional'];

/**
 * The best way to each edge that ends at the host: from a public door, and also from inside where
 * that one is more certain. A way through a neighbour that needs a weakness there is followed only
 * to what gives the host away without a further one.
 */
export function waysInto(graph: AttackGraph): Way[] {
  const first = graph.leaving.get(outside.id) ?? [];
  const fromPublic = spread(graph, first.filter(isPublicDoor));
  const fromInside = spread(
    graph,
    first.filter((edge) => !isPublicDoor(edge)),
  );
  const lasts = graph.edges.filter(({ to }) => to.id === graph.host.id);
  // Two mounts of one path are one thing to hold.
  const best = [...new Map(lasts.map((edge) => [edge.from.id, edge])).values()].flatMap(
    (last): Way[] => {
      const outer = wayTo(fromPublic, last, true);
      const inner = wayTo(fromInside, last, false);
      if (!outer || !isWorthTelling(outer)) return inner ? [inner] : [];
      return inner && order(inner) < order(outer) ? [outer, inner] : [outer];
    },
  );
  const isTold = ({ edges }: Way) => best.some((way) => way.edges.every((e, i) => e === edges[i]));
  return [...best, ...waysOfTakers(graph).filter((way) => !isTold(way))];
}

/**
 * Whoever takes over the processes of another container has the ways of that one, also where the best
 * way to the same thing begins elsewhere: one for each such container.
 */
function waysOfTakers({ host, edges }: AttackGraph): Way[] {
  const takers = new Set(
    edges.flatMap(({ from, to }) =>
      from.kind === 'container' && to.kind === 'container' ? [from.id] : [],
    ),
  );
  if (takers.size === 0) return [];
  const near = graphOf(
    host,
    edges.filter(({ from, to }) => from.kind !== 'network' && to.kind !== 'network'),
  );
  const arriving = Map.groupBy(near.edges, ({ to }) => to.id);
  return [...takers].flatMap((taker) => {
    const entries = arriving.get(taker) ?? [];
    const doors = new Set(entries.map(({ from }) => from.id));
    const counts = ({ from, to }: Edge): boolean => {
      if (from.id === outside.id) return to.id === taker || doors.has(to.id);
      if (isEntry(from)) return to.id === taker;
      // What it takes over, and not what it holds itself.
      return from.id !== taker || to.kind === 'container';
    };
    return firstWay(near, counts) ?? [];
  });
}

/** Where one stands before one is in a container. */
const isEntry = ({ kind }: GraphNode): boolean =>
  ['outside', 'public-port', 'image', 'exec'].includes(kind);

/**
 * The first way to the host over the edges for which `counts` is true, whatever their conditions: from a
 * public door where there is one, else from inside; null when they lead to no host.
 */
export function firstWay(
  graph: AttackGraph,
  counts: (edge: Edge) => boolean = () => true,
): Way | null {
  const starts = (graph.leaving.get(outside.id) ?? []).filter(counts);
  for (const isPublic of [true, false]) {
    const first = starts.filter((edge) => isPublicDoor(edge) === isPublic);
    const arrivals = spread(graph, first, { counts, until: graph.host.id });
    const last = arrivals.get(graph.host.id);
    if (last) return wayTo(arrivals, last, isPublic);
  }
  return null;
}

/**
 * The step by which each place is first reached, fewest conditions before fewest steps: direct steps
 * go as far as they can, then those that hang on unread facts, then the conditional ones. It ends
 * where the place `until` is reached.
 */
function spread(
  { leaving }: AttackGraph,
  starts: readonly Edge[],
  { counts, until }: { counts?: (edge: Edge) => boolean; until?: string } = {},
): Map<string, Edge> {
  const arrivals = new Map<string, Edge>();
  let waiting: readonly Edge[] = starts;
  for (const rank of CERTAINTIES.keys()) {
    const queue: Edge[] = [];
    const later: Edge[] = [];
    const take = (edges: readonly Edge[]): void => {
      for (const edge of edges) (rankOf(edge) <= rank ? queue : later).push(edge);
    };
    take(waiting);
    for (const edge of queue) {
      if (arrivals.has(edge.to.id)) continue;
      arrivals.set(edge.to.id, edge);
      if (edge.to.id === until) return arrivals;
      const next = leaving.get(edge.to.id) ?? [];
      take(counts ? next.filter(counts) : next);
    }
    waiting = later;
  }
  return arrivals;
}

const rankOf = ({ conditions }: Edge): number =>
  conditions.length === 0 ? 0 : CERTAINTIES.indexOf(certaintyOf(conditions));

function wayTo(arrivals: ReadonlyMap<string, Edge>, last: Edge, isPublic: boolean): Way | null {
  const edges = [last];
  let rank = rankOf(last);
  let place = last.from.id;
  while (place !== outside.id) {
    const edge = arrivals.get(place);
    if (!edge) return null;
    edges.push(edge);
    rank = Math.max(rank, rankOf(edge));
    place = edge.from.id;
  }
  const certainty = CERTAINTIES[rank] ?? 'conditional';
  return { edges: edges.reverse(), startsFromPublicPort: isPublic, certainty };
}

const isPublicDoor = (edge: Edge): boolean => PUBLIC_DOORS.includes(edge.to.kind);

function isWorthTelling({ edges }: Way): boolean {
  const isThroughNetwork = edges.some(({ to }) => to.kind === 'network');
  const toHeld = edges.at(-2);
  return (
    !isThroughNetwork || (toHeld !== undefined && certaintyOf(toHeld.conditions) !== 'conditional')
  );
}

const order = ({ certainty }: Way): number => CERTAINTIES.indexOf(certainty);
