import { distinct } from '../shared/distinct.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { networksCalled } from '../snapshot/own-networks.ts';
import { scopeOf } from './addresses.ts';

/** True for a network in which each member has an address of its own beside the host's. */
export const isBesideHost = ({ driver }: Pick<NetworkFacts, 'driver'>): boolean =>
  driver === 'macvlan' || driver === 'ipvlan';

/** Drivers whose members are reached through published ports alone; `nat` is that of Windows. */
const CLOSED: readonly string[] = ['bridge', 'overlay', 'host', 'null', 'none', 'nat'];

/** Names that are no network with a driver: the bridge that every engine has, and what rootless Podman has for one. */
const PLAIN_NAMES: readonly string[] = ['bridge', 'none', 'pasta', 'slirp4netns'];

/** Whether other machines reach a member at its own address, on every port; null where nobody knows. */
function isReached(network: NetworkFacts): boolean | null {
  // An internal one beside the host lacks the way out alone: the machines on the link are there.
  if (isBesideHost(network)) return !network.hasDummyParent;
  if (network.isUnprotected && !network.isInternal) return true;
  if (network.mayLackHost || network.mayHoldOthers) return null;
  if (network.isInternal) return false;
  return CLOSED.includes(network.driver) ? false : null;
}

/**
 * Networks in which a container is reached at its own address, whatever it publishes. Unread where
 * that hangs on what nobody read.
 */
export function networksBeside(
  container: Pick<ContainerFacts, 'networks' | 'networkIds'>,
  { networks: all, isPodman }: { networks: Reading<readonly NetworkFacts[]>; isPodman: boolean },
): Reading<string[]> {
  const { networks } = container;
  if (all.state === 'unread') {
    return networks.every((name) => PLAIN_NAMES.includes(name))
      ? read([])
      : unread(`whether it is reached at an address of its own is not known: ${all.reason}`);
  }
  const isListed = (asked: string) => all.value.some(({ name }) => name === asked);
  // Podman lists its default network as `bridge`, and calls it `podman` where it tells of a container.
  const isRenamed = isPodman && !isListed('podman');
  const asked = isRenamed
    ? networks.map((name) => (name === 'podman' ? 'bridge' : name))
    : networks;
  const missing = asked.find((name) => !PLAIN_NAMES.includes(name) && !isListed(name));
  if (missing !== undefined) {
    return unread(
      `whether it is reached at an address of its own in ${missing} is not known: the engine does not list that network`,
    );
  }
  const own = asked.flatMap((name) => networksCalled(name, container, all.value));
  const [unclear] = own.filter((network) => isReached(network) === null);
  if (unclear !== undefined) {
    const { name, driver, mayLackHost, mayHoldOthers } = unclear;
    const reason = mayLackHost
      ? 'the engine may give the host no address there, and what else is on its bridge was not read'
      : mayHoldOthers
        ? 'the engine did not make its bridge, or the host is not the way out, and what else is on it was not read'
        : `its driver is ${driver}`;
    return unread(
      `whether it is reached at an address of its own in ${name} is not known: ${reason}`,
    );
  }
  return read(distinct(own.filter(isReached).map(({ name }) => name)));
}

/** Addresses at which others reach a socket through these networks; an empty one where they are not known. */
export function addressesOf(
  { address, family }: ListeningSocket,
  { networkAddresses = [] }: Pick<ContainerFacts, 'networkAddresses'>,
  networks: readonly string[],
): string[] {
  const own = networkAddresses.flatMap((one) => (networks.includes(one.network) ? one.own : []));
  if (scopeOf(address) === 'loopback') return [];
  if (scopeOf(address) === 'one-address') {
    return own.length === 0 || own.includes(address) ? [address] : [];
  }
  const fitting = own.filter((one) => family === 'ipv6' || !one.includes(':'));
  return fitting.length === 0 ? [''] : fitting;
}
