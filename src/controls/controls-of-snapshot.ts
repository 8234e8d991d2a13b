import type { Steps } from '../shared/steps.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import {
  type ContainerControls,
  containerControls,
  controlsByConfiguration,
} from './container-controls.ts';
import { controlFacts } from './control-facts.ts';

/** What holds each container of a snapshot, by its id, one at a time; none where the containers were not read. */
export function* controlsOfSnapshot(
  snapshot: Snapshot,
): Steps<ReadonlyMap<string, ContainerControls>> {
  const controls = new Map<string, ContainerControls>();
  const { containers } = snapshot;
  const facts = controlFacts(snapshot);
  if (facts.state === 'read') {
    for (const one of facts.value) {
      controls.set(one.container.id, containerControls(one));
      yield;
    }
  } else if (containers.state === 'read') {
    for (const one of containers.value.read)
      controls.set(one.id, controlsByConfiguration(one, null));
  }
  return controls;
}
