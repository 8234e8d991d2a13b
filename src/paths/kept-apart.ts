import { type Reading, read, unread } from '../shared/reading.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import type { Condition } from './graph.ts';
import { missing } from './power.ts';

/**
 * Whether an engine keeps the members of a network from each other: only of bridges it can be told to, and it does so by
 * rules of the firewall. Unread where nobody knows whether it manages that.
 */
export function keepsApart(
  { driver, allowsInterContainerTraffic: allows }: NetworkFacts,
  managesIptables: Reading<boolean>,
): Reading<boolean> {
  if (driver !== 'bridge' || allows !== false) return read(false);
  if (managesIptables.state === 'read') return managesIptables;
  return unread(
    `enable_icc is false, which holds only where the engine manages the firewall: ${managesIptables.reason}`,
  );
}

/** A network with whether its members are kept from each other. */
export interface Passage {
  facts: NetworkFacts;
  isApart: Reading<boolean>;
}

/** Networks by name; of several that have one the one that keeps its members least from each other. */
export function passages(
  networks: readonly NetworkFacts[],
  managesIptables: Reading<boolean>,
): ReadonlyMap<string, Passage> {
  const found = networks.map((facts) => ({ facts, isApart: keepsApart(facts, managesIptables) }));
  const sorted = found.toSorted((a, b) => apartness(b) - apartness(a));
  return new Map(sorted.map((one) => [one.facts.name, one]));
}

/** True where nothing keeps its members from each other as far as is known; also of a network that nobody listed. */
export const isPassable = (passage: Passage | undefined): boolean =>
  passage?.isApart.state !== 'read' || !passage.isApart.value;

/** What a step through a network hangs on beside what it leads to. */
export const conditionsOf = (passage: Passage | undefined): Condition[] =>
  passage?.isApart.state === 'unread'
    ? [missing(`the network ${passage.facts.name} does not keep its members apart (unknown)`)]
    : [];

const apartness = ({ isApart }: Passage): number =>
  isApart.state === 'unread' ? 1 : Number(isApart.value) * 2;
