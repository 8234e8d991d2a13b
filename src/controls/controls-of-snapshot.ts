import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Control } from './control.ts';
import { controlFacts } from './control-facts.ts';
import { controlsOf } from './controls-of.ts';

const known = new WeakMap<Snapshot, ReadonlyMap<string, Control[]>>();

/**
 * Controls of each container of a snapshot by its id, worked out once; none where the engine or its
 * containers were not read. Snapshots never change.
 */
export function controlsOfSnapshot(snapshot: Snapshot): ReadonlyMap<string, Control[]> {
  const earlier = known.get(snapshot);
  if (earlier) return earlier;
  const facts = controlFacts(snapshot);
  const found =
    facts.state === 'unread'
      ? new Map<string, Control[]>()
      : new Map(facts.value.map((one) => [one.container.id, controlsOf(one)]));
  known.set(snapshot, found);
  return found;
}
