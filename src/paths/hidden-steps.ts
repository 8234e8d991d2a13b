import { controlsOfSnapshot } from '../controls/controls-of-snapshot.ts';
import { read, unread } from '../shared/reading.ts';
import { atOnce } from '../shared/steps.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { configuredCapabilities } from '../snapshot/normalise/capabilities.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { stepsOfHolders } from './build-graph.ts';
import type { Edge } from './graph.ts';

/**
 * Steps of privileged containers that the graph leaves out because `--privileged` says it all, and
 * that would be there without it: added capabilities and devices. By the id of their container. `held`
 * are the ids of what the graph has already.
 */
export function hiddenSteps(snapshot: Snapshot, held: ReadonlySet<string>): Map<string, Edge[]> {
  const { containers } = snapshot;
  const all = containers.state === 'read' ? containers.value.read : [];
  const privileged = all.filter(({ isPrivileged }) => isPrivileged);
  if (privileged.length === 0) return new Map();
  const without = { read: privileged.map(unprivileged), unread: [] };
  const parts = { ...withoutProcesses(snapshot), containers: read(without) };
  const controls = atOnce(controlsOfSnapshot(parts));
  const steps = stepsOfHolders({ snapshot: parts, controls });
  return Map.groupBy(
    steps.filter(({ to }) => !held.has(to.id)),
    ({ subjectId }) => subjectId,
  );
}

/** What its processes hold now, being privileged, says nothing of what they would hold without. */
function withoutProcesses(snapshot: Snapshot): Snapshot {
  const { kernel } = snapshot;
  const processes = unread('of a privileged container');
  if (kernel.state === 'unread') return { ...snapshot, processes };
  const containers = kernel.value.containers.map(({ containerId, facts }) => ({
    containerId,
    facts: facts.state === 'read' ? read({ ...facts.value, processes: [] }) : facts,
  }));
  return { ...snapshot, processes, kernel: read({ ...kernel.value, containers }) };
}

function unprivileged(container: ContainerFacts): ContainerFacts {
  const { addedCapabilities, droppedCapabilities } = container;
  return {
    ...container,
    isPrivileged: false,
    configuredCapabilities: configuredCapabilities(false, addedCapabilities, droppedCapabilities),
  };
}
