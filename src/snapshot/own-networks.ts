import { type Evidence, inspected } from './evidence.ts';
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

const isOverlay = ({ driver }: NetworkFacts): boolean => driver === 'overlay';

type Attached = Pick<ContainerFacts, 'networks' | 'networkIds'>;

/** The bridge of the host by which members of overlays leave; no other network that an engine makes has this name. */
const WAY_OUT = 'docker_gwbridge';

/**
 * The container with the bridge among its networks that Docker joins it to unasked and `inspect` does not name: where one
 * of them leads out and none has a gateway of its own (moby, `needDefaultGW`), as an overlay has none. Of one beside it of
 * which nobody knows that, such as a macvlan, nothing is added.
 */
export function withWayOut<T extends Attached>(container: T, networks: readonly NetworkFacts[]): T {
  if (!networks.some(isOverlay)) return container;
  const leading = container.networks
    .flatMap((name) => networksCalled(name, container, networks))
    .filter((one) => !one.isInternal && !isNoNetwork(one));
  const isAdded =
    leading.length > 0 && leading.every(isOverlay) && !container.networks.includes(WAY_OUT);
  return isAdded ? { ...container, networks: [...container.networks, WAY_OUT] } : container;
}

/** The networks that `inspect` tells of one that `withWayOut` gave. */
export const networksInspected = ({ networks, networkIds = [] }: Attached): Evidence =>
  inspected(
    'NetworkSettings.Networks',
    networks.filter(
      (name) => name !== WAY_OUT || networkIds.some(({ network }) => network === name),
    ),
  );
