import {
  type AttackGraph,
  type Certainty,
  certainties,
  certaintyOf,
  type Edge,
  isPublicDoor,
  isToHost,
  outside,
  rankOf,
} from './graph.ts';

/** A chain of steps from outside to the host. */
export interface Way {
  edges: Edge[];
  startsFromPublicPort: boolean;
  /** As sure as its weakest step. */
  certainty: Certainty;
}

/** True for a step that is not taken. */
type IsGone = (edge: Edge) => boolean;

/**
 * The best way to each edge that ends at the host: from a public door, and also from inside where
 * that one is more certain. A way through a neighbour that needs a weakness there is followed only
 * to what gives the host away without a further one. Edges for which `isGone` is true are left out, as if
 * they had been fixed.
 */
export function waysInto(graph: AttackGraph, isGone?: IsGone): Way[] {
  const fromPublic = spread(graph, { isGone }, graph.entering.public).arrivals;
  const fromInside = spread(graph, { isGone }, graph.entering.inside).arrivals;
  const lasts = graph.toHost.filter((edge) => !isGone?.(edge));
  const best: Way[] = [];
  // Two mounts of one path are one thing to hold.
  for (const last of new Map(lasts.map((edge) => [edge.from.id, edge])).values()) {
    const outer = wayTo(last, true, (place) => fromPublic.get(place));
    const inner = wayTo(last, false, (place) => fromInside.get(place));
    const isTold = outer !== null && isWorthTelling(outer);
    if (isTold) best.push(outer);
    if (inner && !(isTold && order(inner) >= order(outer))) best.push(inner);
  }
  const told = Map.groupBy(best, (way) => way.edges.at(-1));
  const isTold = (way: Way): boolean =>
    told.get(way.edges.at(-1))?.some((one) => one.edges.every((e, i) => e === way.edges[i])) ??
    false;
  return [...best, ...waysOfTakers(graph, lasts, isGone).filter((way) => !isTold(way))];
}

/**
 * Whoever takes over the processes of another container has the ways of that one, also where the best
 * way to the same thing begins elsewhere: one for each such container.
 */
function waysOfTakers(graph: AttackGraph, toHost: readonly Edge[], isFixed?: IsGone): Way[] {
  const { leaving, takeovers } = graph;
  if (takeovers.size === 0) return [];
  const isLeft = (edge: Edge) => !isFixed?.(edge);
  const doors = firstBy((leaving.get(outside.id) ?? []).filter(isLeft), ({ to }) => to.id);
  const lasts = firstBy(toHost, ({ from }) => from.id);
  const entries = Map.groupBy(
    [...doors.keys()]
      .reverse()
      .flatMap((door) => leaving.get(door) ?? [])
      .filter((edge) => takeovers.has(edge.to.id) && isLeft(edge)),
    ({ to }) => to.id,
  );
  const leading = leadingTo(lasts.keys(), graph, isLeft);
  return [...takeovers.keys()].flatMap((taker) => {
    if (!leading.has(taker)) return [];
    // What it takes over, and not what it holds itself.
    const isGone = (edge: Edge) =>
      !leading.has(edge.to.id) || (isLast(edge) && edge.from.id === taker) || !isLeft(edge);
    const find = (isPublic: boolean): Way | null => {
      const starts = entries.get(taker)?.filter(({ from }) => isPublicDoor(from) === isPublic);
      if (!starts?.length) return null;
      const { arrivals, last } = spread(graph, { isGone, isLast }, starts);
      const end = last && lasts.get(last.to.id);
      return end ? wayTo(end, isPublic, (at) => arrivals.get(at) ?? doors.get(at)) : null;
    };
    return find(true) ?? find(false) ?? [];
  });
}

/** Takes no other container over. */
const isLast = ({ to }: Edge): boolean => to.kind !== 'container';

/** Of the steps with one key the first. */
const firstBy = (edges: readonly Edge[], key: (edge: Edge) => string): Map<string, Edge> =>
  new Map(edges.toReversed().map((edge) => [key(edge), edge]));

/** These places that are held, and the containers from which steps lead to them. */
function leadingTo(
  held: Iterable<string>,
  { toHeld, takeovers }: AttackGraph,
  isLeft: (edge: Edge) => boolean,
): Set<string> {
  const leading = new Set(held);
  const leads = (edge: Edge) => leading.has(edge.to.id) && isLeft(edge);
  const holders = toHeld.filter((edge) => edge.from.kind === 'container' && leads(edge));
  for (const { from } of holders) leading.add(from.id);
  const more = () =>
    [...takeovers].filter(([taker, steps]) => !leading.has(taker) && steps.some(leads));
  for (let found = more(); found.length > 0; found = more())
    for (const [taker] of found) leading.add(taker);
  return leading;
}

/**
 * A way that needs no other weakness, from a public port where there is one; null when there is
 * none. With `unproven` steps that hang on unread facts count too. Edges for which `isGone` is true
 * are left out, as if they had been fixed.
 */
export function worstWay(
  graph: AttackGraph,
  least: 'direct' | 'unproven',
  isGone?: IsGone,
): Way | null {
  const find = (isPublic: boolean): Way | null => {
    const first = graph.entering[isPublic ? 'public' : 'inside'];
    const { arrivals, last } = spread(graph, { least, isGone, isLast: isToHost }, first);
    return last && wayTo(last, isPublic, (place) => arrivals.get(place));
  };
  return find(true) ?? find(false);
}

interface Search {
  /** How sure a step has to be to be taken at all; `conditional` when not given. */
  least?: Certainty;
  /** Steps that are not taken; none when not given. */
  isGone: IsGone | undefined;
  /** The search ends with the first such step; it goes everywhere when not given. */
  isLast?: (edge: Edge) => boolean;
}

/**
 * The step by which each place is first reached, fewest conditions before fewest steps: direct steps
 * go as far as they can, then those that hang on unread facts, then the conditional ones. `last` is the
 * step that ended the search; null when none did.
 */
function spread(
  { leaving, takeovers }: AttackGraph,
  { least = 'conditional', isGone, isLast }: Search,
  starts: readonly Edge[],
): { arrivals: Map<string, Edge>; last: Edge | null } {
  const arrivals = new Map<string, Edge>();
  const rankMax = certainties.indexOf(least);
  // Each step waits for the steps that are as sure as it is.
  const waiting: Edge[][] = certainties.map(() => []);
  for (const edge of starts) waiting[rankOf(edge.conditions)]?.push(edge);
  for (let rank = 0; rank <= rankMax; rank++) {
    const places: string[] = [];
    const take = (edges: readonly Edge[] = []): Edge | undefined => {
      for (const edge of edges) {
        const place = edge.to.id;
        if (arrivals.has(place) || isGone?.(edge)) continue;
        const own = rankOf(edge.conditions);
        if (own > rank) {
          waiting[own]?.push(edge);
          continue;
        }
        arrivals.set(place, edge);
        if (isLast?.(edge)) return edge;
        places.push(place);
      }
      return undefined;
    };
    let last = take(waiting[rank]);
    // The list grows meanwhile.
    for (const place of places) {
      if (last) break;
      last = take(takeovers.get(place)) ?? take(leaving.get(place));
    }
    if (last) return { arrivals, last };
  }
  return { arrivals, last: null };
}

/** The whole way that ends with a step, by the step that arrived at each place; null where one lacks. */
function wayTo(
  last: Edge,
  isPublic: boolean,
  arrivalAt: (place: string) => Edge | undefined,
): Way | null {
  const edges = [last];
  let rank = rankOf(last.conditions);
  let place = last.from.id;
  while (place !== outside.id) {
    const edge = arrivalAt(place);
    if (!edge) return null;
    edges.push(edge);
    rank = Math.max(rank, rankOf(edge.conditions));
    place = edge.from.id;
  }
  const certainty = certainties[rank] ?? 'conditional';
  return { edges: edges.reverse(), startsFromPublicPort: isPublic, certainty };
}

function isWorthTelling({ edges }: Way): boolean {
  const isThroughOther = edges.some(({ to }) => to.kind === 'network' || to.kind === 'volume');
  const toHeld = edges.at(-2);
  return (
    !isThroughOther || (toHeld !== undefined && certaintyOf(toHeld.conditions) !== 'conditional')
  );
}

const order = ({ certainty }: Way): number => certainties.indexOf(certainty);
