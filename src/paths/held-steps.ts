import type { Evidence } from '../snapshot/evidence.ts';
import {
  type AttackGraph,
  type Condition,
  containerIdOf,
  type Edge,
  isTakeover,
  type NodeKind,
} from './graph.ts';
import type { InSight } from './process-mounts.ts';
import { TAKEN_MAX } from './tracing-edges.ts';

/** What a container holds of the host or of another container, by a step of the graph. */
export interface HeldStep {
  kind: NodeKind;
  name: string;
  says: string;
  conditions: readonly Condition[];
  evidence: readonly Evidence[];
}

/** What one container holds. */
export interface Held {
  steps: HeldStep[];
  /** Other containers that it may take over, of which no step tells. */
  left: number;
}

/**
 * Steps into other containers that are told of all containers of a host together: where a thousand see each other's
 * processes, a hundred of each would be as many megabytes.
 */
const INTO_CONTAINERS_MAX = 2_000;

/** Steps from each container but those into networks, of which the sockets there tell more. */
export function heldBy(
  { edges, takeovers }: AttackGraph,
  inSight: InSight['steps'] = [],
): Map<string, Held> {
  const into = new Map([...takeovers].map(([from, steps]) => [from, [...steps]]));
  for (const [from, steps] of Map.groupBy(inSight, (edge) => edge.from.id)) {
    const told = into.get(from) ?? [];
    const known = new Set(told.map(({ to }) => to.id));
    into.set(from, told.concat(steps.filter(({ to }) => !known.has(to.id))));
  }
  const each = allowance([...into.values()].map(({ length }) => length));
  const held = new Map<string, Held>();
  const of = (id: string): Held => {
    const known = held.get(id) ?? { steps: [], left: 0 };
    held.set(id, known);
    return known;
  };
  for (const edge of edges) {
    const id = containerIdOf(edge.from);
    // What is reached over a network is found by its sockets, the engine's API among them.
    if (id === undefined || isTakeover(edge) || BETWEEN.includes(edge.to.kind)) continue;
    of(id).steps.push(heldStep(edge));
  }
  for (const steps of into.values()) {
    const id = steps[0] && containerIdOf(steps[0].from);
    if (id === undefined) continue;
    const one = of(id);
    one.steps.push(...steps.slice(0, each).map(heldStep));
    one.left = Math.max(0, steps.length - each);
  }
  return held;
}

/** How many steps each may have at most, so that all together have no more than there is room for. */
function allowance(wanted: readonly number[]): number {
  let each = 2 * TAKEN_MAX;
  const sum = () => wanted.reduce((total, length) => total + Math.min(length, each), 0);
  while (each > 1 && sum() > INTO_CONTAINERS_MAX) each -= 1;
  return each;
}

const BETWEEN: readonly NodeKind[] = ['network', 'volume', 'engine-api'];

/** A step in the words that are stored of it. */
export const heldStep = ({ to, says, conditions, evidence }: Edge): HeldStep => ({
  kind: to.kind,
  name: to.name,
  says,
  conditions: conditions.map(({ text, isMissingFact }) => ({ text, isMissingFact })),
  evidence: evidence(),
});
