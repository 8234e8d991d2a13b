import type { ContainerFacts } from './facts/container.ts';
import type { NetworkFacts } from './facts/network.ts';

/** What an engine lists beside its networks: by its driver where that was read, else by its name. */
export const isNoNetwork = ({ name, driver }: { name: string; driver?: string }): boolean =>
  driver === undefined ? name === 'none' : ['null', 'none', 'host'].includes(driver);

/** True where none of the names that a container has for its networks is that of one: it was given none. */
export const areNoNetworks = (names: readonly string[]): boolean =>
  names.every((name) => isNoNetwork({ name }));

/**
 * The networks of which one is what a container calls by this name; none where the engine lists none so. More than one
 * only where several have that name and the engine does not tell the id of the container's own.
 */
export function networksCalled(
  name: string,
  { networkIds = [] }: Pick<ContainerFacts, 'networkIds'>,
  networks: readonly NetworkFacts[],
): NetworkFacts[] {
  const named = networks.filter((one) => one.name === name);
  if (named.length < 2) return named;
  const id = networkIds.find(({ network }) => network === name)?.id;
  const own = named.filter((one) => one.id === id);
  return own.length === 0 ? named : own;
}
