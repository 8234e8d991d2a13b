import type { JudgedContainer } from '../controls/container-controls.ts';
import type { Condition } from './graph.ts';
import { setsRoutes } from './host-address.ts';
import { isLive, type Power, userLimit, weakness } from './power.ts';

/**
 * Whose network namespace a container is in, or would be in once it starts: its own or that of one that it joined;
 * that of the host; `nowhere` where the one that it joined has left it behind; `unknown` where neither its
 * configuration nor its processes tell.
 */
export type NetworkOwner = Power | 'host' | 'nowhere' | 'unknown';

/** Tells of each container whose network it has. `hasLeft` is true of one whose owner was started anew since. */
export function networkOwners(
  powers: readonly Power[],
  hasLeft: (container: JudgedContainer, owner: JudgedContainer) => boolean,
): (power: Power) => NetworkOwner {
  const byName = new Map(powers.map((power) => [power.container.name, power]));
  const ownerOf = (power: Power): NetworkOwner => {
    const { isHost, joined } = power.namespaces.network;
    if (isHost !== false) return isHost ? 'host' : 'unknown';
    if (joined === null) return power;
    const owner = byName.get(joined);
    if (owner === undefined) return 'unknown';
    if (!isLive(power.container)) return owner;
    return isLive(owner.container) && !hasLeft(power.container, owner.container)
      ? owner
      : 'nowhere';
  };
  const owners = new Map(powers.map((power) => [power, ownerOf(power)]));
  return (power) => owners.get(power) ?? 'unknown';
}

/** What it hangs on that a route out of an internal network is set for a container; null where nobody there may set one. */
export type RouteLimitOf = (power: Power) => Condition[] | null;

/** Tells of each container who sets a route in its network namespace: itself, or else another that runs there. */
export function routeLimits(
  powers: readonly Power[],
  ownerOf: (power: Power) => NetworkOwner,
): RouteLimitOf {
  const may = ({ capabilities }: Power) => setsRoutes(capabilities);
  const setters = new Map(
    powers
      .filter((power) => may(power) && isLive(power.container))
      .map((power) => [ownerOf(power), power] as const),
  );
  return (power) => {
    if (may(power)) return userLimit(power);
    const other = setters.get(ownerOf(power));
    return other === undefined
      ? null
      : [weakness(`${other.node.name}, in the same network namespace, sets a route`)];
  };
}
