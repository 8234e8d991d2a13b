import type { JudgedContainer } from '../controls/container-controls.ts';
import { type Evidence, networkListed } from '../snapshot/evidence.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { isNoNetwork, networksInspected } from '../snapshot/own-networks.ts';
import { isWithin, scopeOf } from '../surface/addresses.ts';
import { isBesideHost } from '../surface/own-address.ts';

/** Which addresses of the host a container reaches. */
export interface HostAddresses {
  /** Addresses of the host there; null for one that is on the host's network itself: all of them. */
  gateways: readonly string[] | null;
  /** See `NetworkFacts`; of them the host has an address each that nobody told. */
  untoldGateways?: readonly string[] | undefined;
  /** False where the network carries IPv4 alone. */
  hasIpv6?: boolean | undefined;
  /** See `NetworkFacts`. */
  lacksFamily?: NetworkFacts['lacksFamily'] | undefined;
  /** Other addresses of the host are reached as well: the container has a way out. */
  hasRoute: boolean;
  /** A network beside it through which the way out may lead instead, to other machines; absent where there is none. */
  otherWay?: string | undefined;
  /** It has none, and may get one from within its network namespace. */
  mayRoute: boolean;
}

/** What lets a program set routes in the network namespace that it is in. */
const SETS_ROUTES = 'CAP_NET_ADMIN';

/** Whether a container with these capabilities gives itself a way out of an internal network, which is kept from it by a route that lacks. */
export const setsRoutes = (capabilities: readonly string[]): boolean =>
  capabilities.includes(SETS_ROUTES);

/** What an address of the host hangs on, beside the network; completes “this needs: …”. */
export function routeConditions(address: string, door: HostAddresses): string[] {
  const isBeyond =
    scopeOf(address) === 'one-address' ? !isThere(address, door) : isLeftOut(address, door);
  if (door.gateways === null || !isBeyond) return [];
  if (!leadsBeyond(address, door)) {
    return [`a route through the gateway, which ${SETS_ROUTES} lets it set`];
  }
  return door.otherWay === undefined
    ? []
    : [`a way out that does not lead through ${door.otherWay}`];
}

/** Whether it is an address of the host in the network: of a subnet without one that was told, any that a program of the host has. */
const isThere = (address: string, { gateways, untoldGateways = [] }: HostAddresses): boolean =>
  gateways?.includes(address) === true ||
  untoldGateways.some((subnet) => isWithin(address, subnet));

/** Whether the way out leads to another address of the host, which it does to those of its own family alone. */
const leadsBeyond = (address: string, door: HostAddresses): boolean =>
  door.hasRoute && (door.hasIpv6 !== false || !isIpv6(address)) && !isLeftOut(address, door);

/** Whether the host has no address there of the family of one: neither a gateway, nor thus a way to others of it. */
const isLeftOut = (address: string, { lacksFamily }: HostAddresses): boolean =>
  lacksFamily === (isIpv6(address) ? 'ipv6' : 'ipv4') && address !== '::';

const isIpv6 = (address: string): boolean => address.includes(':');

/** Whether members of a network reach the host through it; null where nobody knows, as of one that was not listed. */
export function leadsToHost(facts: NetworkFacts | undefined): boolean | null {
  if (facts === undefined) return null;
  if (facts.isWithoutHost || facts.hasDummyParent || isNoNetwork(facts)) return false;
  // Members of an overlay leave by a bridge beside it, see `withWayOut`. The kernel keeps members of a macvlan from the
  // interface alone that is theirs, not from what a router leads to; an internal one lacks a route to it.
  if (facts.driver === 'overlay') return false;
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
  const isHosts = (one: string) => facts?.lacksFamily !== (isIpv6(one) ? 'ipv6' : 'ipv4');
  const listedThere = isBridge ? [...told, ...(facts?.gateways ?? [])] : [];
  const gateways = [...new Set(listedThere.filter(isHosts))];
  return {
    gateways,
    untoldGateways: isBridge ? facts?.untoldGateways?.filter(isHosts) : undefined,
    lacksFamily: facts?.lacksFamily,
    hasRoute: facts?.isInternal !== true,
    hasIpv6: facts?.hasIpv6,
    mayRoute,
    evidence: [
      networksInspected(owner),
      networkListed('IPAM.Config', gateways),
      networkListed('Internal', facts?.isInternal ?? null),
    ],
  };
}

/**
 * An address of the host as the container reaches it; undefined where it does not, null for one that nobody told. On every
 * address it is the first one of the host there: of `::` one of IPv6 where there is any, since a program may keep IPv4 from it.
 */
export function addressAt(address: string, door: HostAddresses): string | null | undefined {
  const { gateways, mayRoute } = door;
  if (gateways === null) return insideAddress(address);
  switch (scopeOf(address)) {
    case 'loopback':
      return undefined;
    case 'one-address':
      return leadsBeyond(address, door) || mayRoute || isThere(address, door) ? address : undefined;
    case 'every-address':
      return address === '0.0.0.0'
        ? firstOf(door, false)
        : (firstOf(door, true) ?? firstOf(door, false) ?? null);
  }
}

/** The first address of the host of one family; null for one that nobody told, undefined where it has none. */
function firstOf(
  { gateways, untoldGateways = [], lacksFamily, mayRoute }: HostAddresses,
  isOf6: boolean,
): string | null | undefined {
  if (lacksFamily === (isOf6 ? 'ipv6' : 'ipv4')) return mayRoute ? null : undefined;
  const found = (gateways ?? []).find((one) => isIpv6(one) === isOf6);
  if (found !== undefined) return found;
  const isUntold = gateways?.length === 0 || untoldGateways.some((one) => isIpv6(one) === isOf6);
  return isUntold ? null : undefined;
}

/**
 * As `addressAt`, for a port that the engine publishes on `::`: the program that opens it for the engine takes IPv6 alone
 * (`tcp6`, moby `cmd/docker-proxy`), where a socket of another program on `::` answers IPv4 as well.
 */
export function publishedAt(hostIp: string, door: HostAddresses): string | null | undefined {
  const { gateways, hasIpv6, mayRoute } = door;
  if (hostIp !== '::') return addressAt(hostIp, door);
  if (gateways === null) return '::1';
  const found = hasIpv6 === false ? undefined : firstOf(door, true);
  return found ?? (found === null || mayRoute ? null : undefined);
}

/** An address inside of its namespace: sockets on every address are on the loopback one as well. */
export const insideAddress = (address: string): string =>
  scopeOf(address) === 'every-address' ? '127.0.0.1' : address;
