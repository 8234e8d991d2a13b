import { type ContainerControls, controlsOfSnapshot } from '../controls/container-controls.ts';
import { atOnce, type Steps } from '../shared/steps.ts';
import { type ContainerMounts, mountsOfSnapshot } from '../snapshot/container-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type ContainerSurface, surfaceOfSnapshot } from '../surface/container-surface.ts';

/**
 * A snapshot and what it says of each container, by its id: what holds it, what its
 * mounts show, and what of it lies open. Who judges further (rules, ways to the host, facets, posture) reads these and never the raw fact
 * again, so that one question has one answer.
 */
export interface Assessment {
  snapshot: Snapshot;
  /** None where the containers were not read. Where the engine was not, the worst that may be. */
  controls: ReadonlyMap<string, ContainerControls>;
  /** None where the containers were not read. */
  mounts: ReadonlyMap<string, ContainerMounts>;
  /** None where the containers were not read. */
  surfaces: ReadonlyMap<string, ContainerSurface>;
}

/** Works out once what a snapshot says of its containers. */
export const assess = (snapshot: Snapshot): Assessment => atOnce(assessing(snapshot));

/** The same, a container at a time. */
export function* assessing(snapshot: Snapshot): Steps<Assessment> {
  const controls = yield* controlsOfSnapshot(snapshot);
  const mounts = mountsOfSnapshot(snapshot);
  return { snapshot, controls, mounts, surfaces: surfaceOfSnapshot(snapshot, controls) };
}
