import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Control } from './control.ts';
import { type ControlFacts, controlFacts } from './control-facts.ts';
import { controlsOf } from './controls-of.ts';
import { type Isolation, isolationOf } from './isolation.ts';

/** What a snapshot tells of what holds one container. */
export interface ContainerState {
  controls: Control[];
  isolation: Isolation;
}

const known = new WeakMap<Snapshot, ReadonlyMap<string, ContainerState>>();

/**
 * Controls and isolation of each container of a snapshot by its id, worked out once; none where the engine or its
 * containers were not read. Snapshots never change.
 */
export function controlsOfSnapshot(snapshot: Snapshot): ReadonlyMap<string, ContainerState> {
  const earlier = known.get(snapshot);
  if (earlier) return earlier;
  const facts = controlFacts(snapshot);
  const found =
    facts.state === 'unread'
      ? new Map<string, ContainerState>()
      : new Map(facts.value.map((one) => [one.container.id, stateOf(one)]));
  known.set(snapshot, found);
  return found;
}

function stateOf(facts: ControlFacts): ContainerState {
  const controls = controlsOf(facts);
  return { controls, isolation: isolationOf(facts, controls) };
}
