import { type SeenMounts, seenMountsOf } from './seen-mounts.ts';
import { type ShownMount, shownMounts } from './shown-mounts.ts';
import type { Snapshot } from './snapshot.ts';

export interface ContainerMounts {
  seen: SeenMounts;
  /** What each of them shows of the host. */
  shown: readonly ShownMount[];
}

/** What the mounts of each container of a snapshot show, by its id; none where they were not read. */
export function mountsOfSnapshot(
  snapshot: Pick<Snapshot, 'containers' | 'engine'> & Parameters<typeof seenMountsOf>[0],
): ReadonlyMap<string, ContainerMounts> {
  const { containers, engine } = snapshot;
  const seenOf = seenMountsOf(snapshot);
  const dataRoot = engine.state === 'read' ? engine.value.dataRoot : null;
  const all = containers.state === 'read' ? containers.value.read : [];
  return new Map(
    all.map((container) => {
      const seen = seenOf(container.id);
      return [container.id, { seen, shown: shownMounts(container, seen, dataRoot) }];
    }),
  );
}
