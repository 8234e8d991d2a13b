import { type ExposureState, exposureStates } from '../exposure/verdict.ts';
import type {
  AskedGroups,
  ContentsCount,
  ExposureStore,
  GroupCount,
  SpanGroup,
} from '../ports/exposure-store.ts';
import { compareText } from '../shared/text.ts';
import { groupKey } from './exposed-groups.ts';
import { type ToldInventory, toldIn, type WantedResults } from './exposure-results.ts';

/** Contents that were judged. */
export type ToldContents = ToldInventory & { group: ContentsCount };

/** Groups that may be on a page, and how many results all groups have. */
export interface PageGroups {
  groups: SpanGroup[];
  results: number;
}

type Exposures = Pick<ExposureStore, 'listGroups' | 'countGroups'>;

/**
 * Reads groups of those contents of which something is told. Of a first page they are those that may be on it, and
 * all of which nobody knows, since these are named beside it; of a later page all, since it says how many stand before.
 */
export async function groupsOfPage(
  exposures: Exposures,
  known: readonly ToldContents[],
  { place, wanted: { after, limit } }: { place: AskedGroups; wanted: WantedResults },
): Promise<PageGroups> {
  const found = new Map<string, SpanGroup>();
  const add = (groups: readonly SpanGroup[]) => {
    for (const group of groups) found.set(groupKey(group), group);
  };
  const read = async (contents: readonly ToldContents[]) => {
    if (contents.length === 0) return;
    add(await exposures.listGroups({ ...place, inventoryIds: [...inventoriesOf(contents)] }));
  };
  const readFirst = async (contents: readonly ToldContents[]) => {
    const most = mostThere(contents, place.hosts, limit * AHEAD);
    if (most === null) return read(contents);
    const { asked, isBefore } = most;
    const first = (await exposures.listGroups({ ...place, ...asked })).filter(isBefore);
    if (first.length < limit) return read(contents);
    add(first);
  };
  const told = known.filter((one) => toldIn(one.told) > 0);
  const inState = (state: ExposureState) =>
    told.filter((one) => one.told.some((said) => said.state === state));
  await read(after === null ? inState('unknown') : told);
  const groupsIn = await counter(exposures, told, { place, read: [...found.values()] });
  let before = 0;
  for (const state of after === null ? exposureStates : []) {
    if (state === 'not-present' || before >= limit) break;
    const own = inState(state);
    if (state !== 'unknown') await readFirst(own);
    before += own.reduce((sum, one) => sum + groupsIn(one), 0);
  }
  const results = told.reduce((sum, one) => sum + toldIn(one.told) * groupsIn(one), 0);
  return { groups: [...found.values()], results };
}

/** So many times as many are looked at as are wanted, since a host may have some that are alike. */
const AHEAD = 4;

/**
 * Where the groups stand that are first in the order of results: what a host has of some contents has no fewer containers
 * than any group in it. Null for all, where there are fewer places than wanted.
 */
function mostThere(contents: readonly ToldContents[], hosts: readonly string[], wanted: number) {
  const places = new Map(hosts.toSorted(compareText).map((host, place) => [host, place]));
  const placesOf = hosts.map((host) => places.get(host) ?? 0);
  // The most that are there, then by name of the host.
  const orderOf = (place: number, there: number) => place - there * hosts.length;
  const orders: number[] = [];
  for (const { group } of contents) {
    for (const [index, host] of group.hosts.entries()) {
      orders.push(orderOf(placesOf[host] ?? 0, group.there[index] ?? 0));
    }
  }
  const cut = smallest(orders, wanted)[wanted - 1];
  if (cut === undefined) return null;
  const own = new Set<string>();
  const inventoryIds = new Set<number>();
  const those = new Set<string>();
  let next = 0;
  for (const { group } of contents) {
    for (const host of group.hosts) {
      if ((orders[next++] ?? 0) > cut) continue;
      own.add(contentsKey(group));
      those.add(hosts[host] ?? '');
      if (group.inventoryId !== null) inventoryIds.add(group.inventoryId);
    }
  }
  return {
    asked: { hosts: [...those], inventoryIds: [...inventoryIds] },
    isBefore: (group: SpanGroup) =>
      own.has(contentsKey(group)) &&
      orderOf(places.get(group.host) ?? 0, group.running + group.stopped) < cut,
  };
}

/** The smallest of numbers, in their order: to sort all of thousands takes longer. */
function smallest(numbers: readonly number[], wanted: number): number[] {
  const found: number[] = [];
  for (const number of numbers) {
    if (found.length === wanted && number >= (found.at(-1) ?? 0)) continue;
    let at = found.length;
    while (at > 0 && (found[at - 1] ?? 0) > number) at -= 1;
    found.splice(at, 0, number);
    if (found.length > wanted) found.pop();
  }
  return found;
}

/** Tells how many groups have contents. Of those that the counts leave open it asks, where their groups were not read. */
async function counter(
  exposures: Exposures,
  told: readonly ToldContents[],
  { place, read }: { place: AskedGroups; read: readonly SpanGroup[] },
): Promise<(one: ToldContents) => number> {
  const open = told.filter(({ group }) => group.groups === null);
  const counts = new Map<string, number>();
  const add = (one: Omit<GroupCount, 'groups'>, groups: number) =>
    counts.set(contentsKey(one), (counts.get(contentsKey(one)) ?? 0) + groups);
  if (open.length > 0) {
    for (const group of read) add(group, 1);
    const known = new Set(read.map(({ inventoryId }) => inventoryId));
    const inventoryIds = [...inventoriesOf(open)].filter((id) => !known.has(id));
    const found = await exposures.countGroups({ ...place, inventoryIds });
    for (const one of found) add(one, one.groups);
  }
  return ({ group }) => group.groups ?? counts.get(contentsKey(group)) ?? 0;
}

const contentsKey = (of: Omit<GroupCount, 'groups'>) =>
  `${of.imageId}\n${of.inventoryId}\n${of.filesystemId}\n${of.readFrom}`;

const inventoriesOf = (contents: readonly ToldContents[]): Set<number> =>
  new Set(contents.flatMap(({ group }) => group.inventoryId ?? []));
