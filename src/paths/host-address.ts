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
  /** It has none, and may get one from within its network namespace. */
  mayRoute: boolean;
}

/** What lets a program set routes in the network namespace that it is in. */
const SETS_ROUTES = 'CAP_NET_ADMIN';

/** Whether a container with these capabilities gives itself a way out of an internal network, which is kept from it by a route that lacks. */
export const setsRoutes = (capabilities: readonly string[]): boolean =>
  capabilities.includes(SETS_ROUTES);

/** What an address of the host hangs on, beside the network; completes “this needs: …”. */
export const routeConditions = (
  address: string,
  { gateways, hasRoute }: HostAddresses,
): string[] =>
  gateways === null || hasRoute || gateways.includes(address) || scopeOf(address) !== 'one-address'
    ? []
    : [`a route through the gateway, which ${SETS_ROUTES} lets it set`];

/** Whether members of a network reach the host through it; null where nobody knows, as of one that was not listed. */
export function leadsToHost(facts: NetworkFacts | undefined): boolean | null {
  if (facts === undefined) return null;
  if (facts.isWithoutHost || facts.hasDummyParent || isNoNetwork(facts)) return false;
  // An internal overlay has no way out; else it is a bridge beside it by which members leave. The kernel keeps members of a
  // macvlan from the interface alone that is theirs, not from what a router leads to; an internal one lacks a route to it.
  if (facts.isInternal && facts.driver === 'overlay') return false;
  return facts.driver === 'bridge' && !facts.mayLackHost ? true : null;
}

/** Whether members of a network reach other machines through it; null where nobody knows. */
export function leadsOutside(facts: NetworkFacts | undefined): boolean | null {
  if (facts === undefined) return null;
  if (isBesideHost(facts)) return !facts.hasDummyParent;
  return facts.isInternal && facts.mayLackHost ? null : !facts.isInternal;
}

/**
 * Those that `owner` reaches through a network, with what tells of them. What an engine lists as the gateway of another
 * driver than bridge is no address of the host, nor need it be on one that may lack it. `mayRoute`: somebody in the network
 * namespace may set a route, which is there for each in it.
 */
export function gatewayOf(
  owner: JudgedContainer,
  name: string,
  facts: NetworkFacts | undefined,
  mayRoute: boolean,
): HostAddresses & { evidence: readonly Evidence[] } {
  // What a bridge of somebody else has for the way out may be another machine.
  const listed = facts?.mayHoldOthers ? undefined : owner.networkAddresses;
  const told = listed?.find(({ network }) => network === name)?.gateways ?? [];
  const isBridge = facts === undefined || (facts.driver === 'bridge' && !facts.mayLackHost);
  const gateways = isBridge ? [...new Set([...told, ...(facts?.gateways ?? [])])] : [];
  return {
    gateways,
    hasRoute: facts?.isInternal !== true,
    mayRoute,
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
  { gateways, hasRoute, mayRoute }: HostAddresses,
): string | null | undefined {
  if (gateways === null) return insideAddress(address);
  switch (scopeOf(address)) {
    case 'loopback':
      return undefined;
    case 'one-address':
      return hasRoute || mayRoute || gateways.includes(address) ? address : undefined;
    case 'every-address': {
      const isIpv4 = (one: string) => !one.includes(':');
      return address === '0.0.0.0'
        ? (gateways.find(isIpv4) ?? (gateways.length === 0 ? null : undefined))
        : (gateways.find(isIpv4) ?? gateways[0] ?? null);
    }
  }
}

/**
 * As `addressAt`, for a port that the engine publishes on `::`: the program that opens it for the engine takes IPv6 alone
 * (`tcp6`, moby `cmd/docker-proxy`), where a socket of another program on `::` answers IPv4 as well.
 */
export function publishedAt(hostIp: string, door: HostAddresses): string | null | undefined {
  const { gateways, mayRoute } = door;
  if (hostIp !== '::') return addressAt(hostIp, door);
  if (gateways === null) return '::1';
  return (
    gateways.find((one) => one.includes(':')) ??
    (gateways.length === 0 || mayRoute ? null : undefined)
  );
}

/** An address inside of its namespace: sockets on every address are on the loopback one as well. */
export const insideAddress = (address: string): string =>
  scopeOf(address) === 'every-address' ? '127.0.0.1' : address;
