import { assess } from '../../src/assessment/assess.ts';
import type { ContainerState } from '../../src/controls/controls-of-snapshot.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

export const levels = ['api', 'kernel'] as const;
export type Level = (typeof levels)[number];

export interface HostLook {
  snapshot: Snapshot;
  /** In the order of the snapshot. */
  containers: readonly ContainerFacts[];
  /** What holds of each container, by its name. */
  states: ReadonlyMap<string, ContainerState>;
}

/** Reads a real engine at a level. Rejects when its containers could not be read. */
export async function lookAtHost(url: string, evidence: Level | 'files'): Promise<HostLook> {
  const hosts = [{ name: 'host', url, evidence }];
  const snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
  const { containers: section } = snapshot;
  if (section.state === 'unread') throw new Error(section.reason);
  const containers = section.value.read;
  const found = assess(snapshot).states;
  const states = containers.flatMap(({ id, name }) => {
    const state = found.get(id);
    return state ? [[name, state] as const] : [];
  });
  return { snapshot, containers, states: new Map(states) };
}
