import type { AskedPast } from '../answers/container-past.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { PastContainer, PastStore, Period } from '../ports/past-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import { compareText } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import { retiredHosts } from './hosts-among.ts';

interface PastParts {
  past: PastStore;
  store: Pick<ScanStore, 'listBlindIntervals'>;
}

/** Hosts that a question is about; one about the past of all takes in those that are retired. */
export async function hostsInPast(
  { past, hosts: declared }: Pick<PastParts, 'past'> & { hosts: readonly HostDeclaration[] },
  asked: { hosts: readonly HostDeclaration[]; isEveryHost: boolean; isLimited: boolean },
  isAboutPast: boolean,
): Promise<{ hosts: readonly HostDeclaration[]; otherHosts: string[] }> {
  if (!isAboutPast || asked.isLimited) return { hosts: asked.hosts, otherHosts: [] };
  const retired = await retiredHosts(past, declared);
  if (asked.isEveryHost) return { hosts: [...asked.hosts, ...retired], otherHosts: [] };
  const names = new Set(asked.hosts.map(({ name }) => name));
  const others = retired.filter(({ name }) => !names.has(name));
  return { hosts: asked.hosts, otherHosts: others.map(({ name }) => name) };
}

/** What an answer about a period says of itself. */
export async function describePast(
  { past }: Pick<PastParts, 'past'>,
  { from, to }: Period,
  { hosts, otherHosts }: { hosts: readonly string[]; otherHosts: string[] },
): Promise<AskedPast> {
  const sights = await past.listSights({ hosts, at: from });
  return { from: isoTime(from), to: isoTime(to), sights, otherHosts };
}

/** Times within a period in which the hosts could not be read. */
export async function blindWithin(
  { store }: Pick<PastParts, 'store'>,
  hosts: readonly string[],
  { from, to }: Period,
): Promise<BlindInterval[]> {
  const blind = await store.listBlindIntervals({ hosts, since: from });
  return blind.filter((one) => Date.parse(one.from) <= to);
}

/** Hosts that nobody watches now, whatever was heard of them before. */
export async function notWatched(
  { watches }: { watches: Pick<WatchStore, 'listWatches'> },
  hosts: readonly string[],
): Promise<string[]> {
  const known = await watches.listWatches(hosts);
  const heard = new Set(known.filter((one) => one.coveredUntil !== null).map(({ host }) => host));
  return hosts.filter((host) => !heard.has(host));
}

/** True when a scan saw something during a period, or later; else it may have been gone by then. */
export const isCertain = (
  { lastSeen }: { lastSeen: string },
  { from }: { from: string },
): boolean => Date.parse(lastSeen) >= Date.parse(from);

/**
 * One state of each container out of all that it had: the newest that `isWanted`, else the newest;
 * the order of the first ones stays.
 */
export function choosePast(
  states: readonly PastContainer[],
  isWanted: (state: PastContainer) => boolean,
): PastContainer[] {
  const chosen = new Map<string, PastContainer>();
  const key = ({ host, facts }: PastContainer) => JSON.stringify([host, facts.id]);
  for (const state of states) {
    const known = chosen.get(key(state));
    if (known === undefined || isWanted(state) || !isWanted(known)) chosen.set(key(state), state);
  }
  return [...chosen.values()];
}

/** So many of the times in which hosts were blind, in their order: those that are not over, then those that ended last. */
export function latestBlind(all: readonly BlindInterval[], most: number): BlindInterval[] {
  if (all.length <= most) return [...all];
  const until = ({ to }: BlindInterval) =>
    to === null ? Number.POSITIVE_INFINITY : Date.parse(to);
  const sorted = all.toSorted((a, b) => {
    const [ofA, ofB] = [until(a), until(b)];
    return ofA === ofB ? compareText(b.from, a.from) : ofB - ofA;
  });
  const latest = new Set(sorted.slice(0, most));
  return all.filter((one) => latest.has(one));
}
