import type { JudgedContainer } from '../controls/container-controls.ts';
import { type Evidence, inspected, networkListed } from '../snapshot/evidence.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { isNoNetwork } from '../snapshot/own-networks.ts';
import { scopeOf } from '../surface/addresses.ts';
import { isBesideHost } from '../surface/own-address.ts';

/** Which addresses of the host a container reaches. */
export interface HostAddresses {
  /** Addresses of the host there; null for one that is on the host's network itself: all of them. */
  gateways: readonly string[] | null;
  /** Other addresses of the host are reached as well: the container has a way out. */
  hasRoute: boolean;
}

/** Whether members of a network reach the host through it; null where nobody knows, as of one that was not listed. */
export function leadsToHost(facts: NetworkFacts | undefined): boolean | null {
  if (facts === undefined) return null;
  if (facts.isWithoutHost || isBesideHost(facts) || isNoNetwork(facts)) return false;
  // Of an overlay it is the bridge beside it by which members leave, and an internal one has none.
  if (facts.driver === 'overlay' && facts.isInternal) return false;
  return facts.driver === 'bridge' ? true : null;
}

/**
 * Those that `owner` reaches through a network, with what tells of them. What an engine lists as the gateway of another
 * driver than bridge is no address of the host.
 */
export function gatewayOf(
  owner: JudgedContainer,
  name: string,
  facts: NetworkFacts | undefined,
): HostAddresses & { evidence: readonly Evidence[] } {
  const told = owner.networkAddresses?.find(({ network }) => network === name)?.gateways ?? [];
  const isBridge = facts === undefined || facts.driver === 'bridge';
  const gateways = isBridge ? [...new Set([...told, ...(facts?.gateways ?? [])])] : [];
  return {
    gateways,
    hasRoute: facts?.isInternal === false,
    evidence: [
      inspected('NetworkSettings.Networks', owner.networks),
      networkListed('IPAM.Config', gateways),
      networkListed('Internal', facts?.isInternal ?? null),
    ],
  };
}

/**
 * An address of the host as the container reaches it; undefined where it does not. On every address it
 * is the first one of the host there.
 */
export function addressAt(
  address: string,
  { gateways, hasRoute }: HostAddresses,
): string | null | undefined {
  if (gateways === null) return insideAddress(address);
  switch (scopeOf(address)) {
    case 'loopback':
      return undefined;
    case 'one-address':
      return hasRoute || gateways.includes(address) ? address : undefined;
    case 'every-address': {
      const isIpv4 = (one: string) => !one.includes(':');
      return address === '0.0.0.0'
        ? (gateways.find(isIpv4) ?? (gateways.length === 0 ? null : undefined))
        : (gateways.find(isIpv4) ?? gateways[0] ?? null);
    }
  }
}

/** An address inside of its namespace: sockets on every address are on the loopback one as well. */
export const insideAddress = (address: string): string =>
  scopeOf(address) === 'every-address' ? '127.0.0.1' : address;
