import { type ContainerControls, containerControls } from '../controls/container-controls.ts';
import { type ContainerState, controlsOfSnapshot } from '../controls/controls-of-snapshot.ts';
import { atOnce, type Steps } from '../shared/steps.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ContainerSurface } from '../surface/container-surface.ts';
import { surfaceOfSnapshot } from '../surface/surface-of-snapshot.ts';

/**
 * A snapshot and what it says of each container, by its id: what holds it, and what of it lies open.
 * Who judges further (rules, ways to the host, facets, posture) reads these and never the raw fact
 * again, so that one question has one answer.
 */
export interface Assessment {
  snapshot: Snapshot;
  /** None where the engine or its containers were not read. */
  states: ReadonlyMap<string, ContainerState>;
  /** None where the containers were not read. Where the engine was not, the worst that may be. */
  controls: ReadonlyMap<string, ContainerControls>;
  /** None where the containers were not read. */
  surfaces: ReadonlyMap<string, ContainerSurface>;
}

/** Works out once what a snapshot says of its containers. */
export const assess = (snapshot: Snapshot): Assessment => atOnce(assessing(snapshot));

/** The same, a container at a time. */
export function* assessing(snapshot: Snapshot): Steps<Assessment> {
  const states = yield* controlsOfSnapshot(snapshot);
  const containers = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  const engine = snapshot.engine.state === 'read' ? snapshot.engine.value : null;
  const controls = new Map<string, ContainerControls>();
  for (const container of containers) {
    const { controls: all = [], seenExecs } = states.get(container.id) ?? {};
    controls.set(container.id, containerControls(container, engine, all, seenExecs));
    yield;
  }
  return { snapshot, states, controls, surfaces: surfaceOfSnapshot(snapshot) };
}
