import type { JudgedContainer } from '../controls/container-controls.ts';
import { isLive, type Power } from './power.ts';

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
