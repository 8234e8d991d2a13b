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

/**
 * Controls and isolation of each container of a snapshot by its id; none where the engine or its
 * containers were not read.
 */
export function controlsOfSnapshot(snapshot: Snapshot): ReadonlyMap<string, ContainerState> {
  const facts = controlFacts(snapshot);
  if (facts.state === 'unread') return new Map();
  return new Map(facts.value.map((one) => [one.container.id, stateOf(one)]));
}

function stateOf(facts: ControlFacts): ContainerState {
  const controls = controlsOf(facts);
  return { controls, isolation: isolationOf(facts, controls) };
}
