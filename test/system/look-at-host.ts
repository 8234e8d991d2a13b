import { assess } from '../../src/assessment/assess.ts';
import type { ContainerControls } from '../../src/controls/container-controls.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { patient } from '../support/patient.ts';

export const levels = ['api', 'kernel'] as const;
export type Level = (typeof levels)[number];

export interface HostLook {
  snapshot: Snapshot;
  /** In the order of the snapshot. */
  containers: readonly ContainerFacts[];
  /** What holds of each container, by its name. */
  controls: ReadonlyMap<string, ContainerControls>;
}

/** Reads a real engine at a level. Rejects when its containers could not be read. */
export async function lookAtHost(url: string, evidence: Level | 'files'): Promise<HostLook> {
  const hosts = [{ ...patient, name: 'host', url, evidence }];
  const snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
  const { containers: section } = snapshot;
  if (section.state === 'unread') throw new Error(section.reason);
  const containers = section.value.read;
  const { controls: found } = assess(snapshot);
  const controls = containers.flatMap(({ id, name }) => {
    const own = found.get(id);
    return own ? [[name, own] as const] : [];
  });
  return { snapshot, containers, controls: new Map(controls) };
}
