import { type Reading, read, unread } from '../shared/reading.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import type { Firewall } from './publishing.ts';

/**
 * Whether the members of a network are kept from each other: by an engine, which can be told to of bridges alone, and does
 * so by rules of the firewall; or by the kernel as a mode of a macvlan or ipvlan says. Unread where nobody knows whether the
 * engine manages the firewall, where it does so for IPv4 alone, and where a mode leaves it to a switch outside.
 */
export function keepsApart(facts: NetworkFacts, firewall: Firewall): Reading<boolean> {
  const { driver, allowsInterContainerTraffic: allows, hasIpv6, isIngress, membersMode } = facts;
  if (isIngress) return unread(BY_THEMSELVES);
  if (membersMode === 'private') return read(true);
  if (membersMode === 'unknown') {
    return unread('whether the engine heeds the mode of its members hangs on its version');
  }
  if (membersMode !== undefined) {
    return unread(`what the mode ${membersMode} lets through hangs on the switch outside`);
  }
  if (driver !== 'bridge' || allows !== false || isUnasked(facts, firewall)) return read(false);
  const { managesIptables, managesIp6tables } = facts.isDefaultBridge
    ? atStart(firewall)
    : firewall;
  if (managesIptables.state === 'read' && !managesIptables.value) return managesIptables;
  const asked = [managesIptables, ...(hasIpv6 ? [managesIp6tables] : [])];
  const hidden = asked.find((one) => one.state === 'unread');
  if (hidden !== undefined) {
    return unread(
      `enable_icc is false, which holds only where the engine manages the firewall: ${hidden.reason}`,
    );
  }
  return asked.every((one) => one.state === 'read' && one.value)
    ? read(true)
    : unread('enable_icc is false, for which the engine sets rules of IPv4 alone');
}

const WITHOUT_MASQUERADE =
  'rules of the firewall may send on and drop what comes for such a port from a network without masquerading';

/** In the namespace of each member, which opens nothing there by itself (moby, `addRedirectRules`). */
const BY_THEMSELVES =
  'rules of the swarm in each of its members keep these apart, and CAP_NET_ADMIN lets one take its own away';

/** Whether what its members send each other meets no rule of the firewall (`net.bridge.bridge-nf-call-iptables`). */
const isUnasked = ({ hasIpv6 }: NetworkFacts, { unasked = [] }: Firewall): boolean =>
  unasked.includes('IPv4') || (hasIpv6 && unasked.includes('IPv6'));

/** What an engine manages that has started with its default bridge kept apart (`icc`), whatever its files say since. */
const atStart = ({ managesIp6tables, asksForBoth }: Firewall): Firewall => ({
  managesIptables: read(true),
  managesIp6tables: asksForBoth ? read(true) : managesIp6tables,
});

/**
 * Whether ports that others publish are out of reach at an address of the host in this network: of an internal one the
 * engine's rules send on what comes to such a port before a program on the host takes it, and drop it then. Where it sets
 * rules of IPv4 alone such a program takes what comes by IPv6. What a swarm publishes is let in before those rules. So it is
 * of a bridge without masquerading under an engine that has a program for each port (moby, `setupIPTablesInternal`), not of all.
 */
export function hidesPublished(
  facts: NetworkFacts | undefined,
  { managesIptables, managesIp6tables }: Firewall,
): Reading<boolean> {
  if (facts?.driver !== 'bridge' || !(facts.isInternal || facts.isUnmasked)) return read(false);
  if (managesIptables.state === 'unread' || !managesIptables.value) return managesIptables;
  if (!facts.isInternal) return unread(WITHOUT_MASQUERADE);
  if (!facts.hasIpv6 || managesIp6tables.state === 'unread') {
    return facts.hasIpv6 ? managesIp6tables : managesIptables;
  }
  return managesIp6tables.value
    ? managesIp6tables
    : unread('an internal network hides them by rules of IPv4 alone');
}
