import { exposureStates } from '../exposure/verdict.ts';
import type { ContentsCount, ExposureStore, SpanGroup } from '../ports/exposure-store.ts';
import { groupKey } from './exposed-groups.ts';
import { type ToldInventory, toldIn, type WantedResults } from './exposure-results.ts';

/** Contents that were judged, and how many groups have them. */
export type ToldContents = ToldInventory & { group: Pick<ContentsCount, 'inventoryId' | 'groups'> };

/** How many results these contents have. */
export const resultsIn = (known: readonly ToldContents[]): number =>
  known.reduce((sum, { told, group }) => sum + toldIn(told) * group.groups, 0);

/**
 * Reads groups of those contents of which something is told. Of a first page they are those that may be on it, and
 * all of which nobody knows, since these are named beside it; of a later page all, since it says how many stand before.
 */
export async function groupsOfPage(
  exposures: Pick<ExposureStore, 'listGroups'>,
  known: readonly ToldContents[],
  {
    place,
    wanted: { after, limit },
  }: { place: Parameters<ExposureStore['countContents']>[0]; wanted: WantedResults },
): Promise<SpanGroup[]> {
  const found = new Map<string, SpanGroup>();
  const read = async (contents: ReadonlySet<ToldContents>, first?: number) => {
    if (contents.size === 0) return;
    const ids = new Set([...contents].map(({ group }) => group.inventoryId));
    // Others of the same packages would take the places of these.
    const areAll = known.every((one) => !ids.has(one.group.inventoryId) || contents.has(one));
    const limited = areAll && first !== undefined ? { limit: first } : {};
    const asked = { ...place, inventoryIds: [...ids], ...limited };
    for (const group of await exposures.listGroups(asked)) found.set(groupKey(group), group);
  };
  if (after !== null) {
    await read(new Set(known.filter(({ told }) => toldIn(told) > 0)));
    return [...found.values()];
  }
  let results = 0;
  for (const state of exposureStates) {
    const having = known.filter(({ told }) => told.some((one) => one.state === state));
    if (state === 'unknown') await read(new Set(having));
    else if (state !== 'not-present' && results < limit) await read(new Set(having), limit);
    results += having.reduce((sum, { group }) => sum + group.groups, 0);
  }
  return [...found.values()];
}
