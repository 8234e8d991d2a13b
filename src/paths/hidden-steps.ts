import type { Assessment } from '../assessment/assess.ts';
import { controlsByConfiguration } from '../controls/container-controls.ts';
import { read } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { configuredCapabilities } from '../snapshot/normalise/capabilities.ts';
import { stepsOfHolders } from './build-graph.ts';
import type { Edge } from './graph.ts';

/**
 * Steps of privileged containers that the graph leaves out because `--privileged` says it all, and
 * that would be there without it: added capabilities and devices. By the id of their container. `held`
 * are the ids of what the graph has already. What its processes hold now, being privileged, says nothing
 * of what they would hold without, so the configuration alone counts.
 */
export function hiddenSteps(
  { snapshot, mounts }: Pick<Assessment, 'snapshot' | 'mounts'>,
  held: ReadonlySet<string>,
): Map<string, Edge[]> {
  const { containers } = snapshot;
  const engine = snapshot.engine.state === 'read' ? snapshot.engine.value : null;
  const all = containers.state === 'read' ? containers.value.read : [];
  const without = all.filter(({ isPrivileged }) => isPrivileged).map(unprivileged);
  const steps = stepsOfHolders({
    snapshot: { ...snapshot, containers: read({ read: without, unread: [] }) },
    mounts,
    controls: new Map(without.map((one) => [one.id, controlsByConfiguration(one, engine)])),
  });
  return Map.groupBy(
    steps.filter(({ to }) => !held.has(to.id)),
    ({ subjectId }) => subjectId,
  );
}

function unprivileged(container: ContainerFacts): ContainerFacts {
  const { addedCapabilities, droppedCapabilities } = container;
  return {
    ...container,
    isPrivileged: false,
    // What it opens is covered again, but by what else asks for it: lists that somebody gave tell for themselves.
    hasUnmaskedSystemPaths: container.asksToUnmask === true,
    configuredCapabilities: configuredCapabilities(false, addedCapabilities, droppedCapabilities),
  };
}
