import type { Steps } from '../shared/steps.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Control } from './control.ts';
import { type ControlFacts, controlFacts } from './control-facts.ts';
import { controlsOf } from './controls-of.ts';
import { type Isolation, isolationOf } from './isolation.ts';
import { isSeenAsRoot } from './user-controls.ts';

/** What a snapshot tells of what holds one container. */
export interface ContainerState {
  controls: Control[];
  isolation: Isolation;
  /** Ids of its execs of which it was seen whether they are root in it. */
  seenExecs: ReadonlyMap<string, boolean>;
}

/**
 * Controls and isolation of each container of a snapshot by its id; none where the engine or its
 * containers were not read.
 */
export function* controlsOfSnapshot(
  snapshot: Snapshot,
): Steps<ReadonlyMap<string, ContainerState>> {
  const facts = controlFacts(snapshot);
  const states = new Map<string, ContainerState>();
  for (const one of facts.state === 'read' ? facts.value : []) {
    states.set(one.container.id, stateOf(one));
    yield;
  }
  return states;
}

function stateOf(facts: ControlFacts): ContainerState {
  const controls = controlsOf(facts);
  return { controls, isolation: isolationOf(facts, controls), seenExecs: seenExecs(facts) };
}

function seenExecs(facts: ControlFacts): ReadonlyMap<string, boolean> {
  const sessions = facts.execs.state === 'read' ? facts.execs.value : [];
  return new Map(
    sessions.flatMap(({ id, pid }) => {
      const isRoot = isSeenAsRoot(pid, facts);
      return isRoot === null ? [] : [[id, isRoot] as const];
    }),
  );
}
