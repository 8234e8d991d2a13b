import type { JudgedContainer } from '../controls/container-controls.ts';

/** What the stable name of a container is made of. */
type Named = Pick<
  JudgedContainer,
  'swarmService' | 'composeProject' | 'composeService' | 'name' | 'id'
>;

/**
 * Stable name of a container, which redeployments keep: swarm service, compose project and service
 * (`project/service`), or its name before its id.
 */
export function containerKey(container: Named): string {
  if (container.swarmService) return container.swarmService;
  if (container.composeProject && container.composeService) {
    return `${container.composeProject}/${container.composeService}`;
  }
  return container.name || container.id;
}

/** What a policy says of a container by its stable name; undefined when it does not name it. */
export function ofContainer<T>(
  byContainer: Readonly<Record<string, T>>,
  container: JudgedContainer,
): T | undefined {
  const key = containerKey(container);
  return Object.hasOwn(byContainer, key) ? byContainer[key] : undefined;
}
