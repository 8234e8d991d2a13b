import { type ExposureState, exposureStates } from '../exposure/verdict.ts';
import type {
  ContentsCount,
  ExposureStore,
  GroupCount,
  SpanGroup,
} from '../ports/exposure-store.ts';
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
type Place = Parameters<ExposureStore['countContents']>[0];

/**
 * Reads groups of those contents of which something is told. Of a first page they are those that may be on it, and
 * all of which nobody knows, since these are named beside it; of a later page all, since it says how many stand before.
 */
export async function groupsOfPage(
  exposures: Exposures,
  known: readonly ToldContents[],
  { place, wanted: { after, limit } }: { place: Place; wanted: WantedResults },
): Promise<PageGroups> {
  const found = new Map<string, SpanGroup>();
  const read = async (contents: readonly ToldContents[], first?: number) => {
    if (contents.length === 0) return;
    const ids = inventoriesOf(contents);
    // Others of the same packages would take the places of these.
    const own = new Set(contents);
    const areAll = known.every((one) => own.has(one) || !ids.has(one.group.inventoryId ?? 0));
    const limited = areAll && first !== undefined ? { limit: first } : {};
    const asked = { ...place, inventoryIds: [...ids], ...limited };
    for (const group of await exposures.listGroups(asked)) found.set(groupKey(group), group);
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
    if (state !== 'unknown') await read(own, limit);
    before += own.reduce((sum, one) => sum + groupsIn(one), 0);
  }
  const results = told.reduce((sum, one) => sum + toldIn(one.told) * groupsIn(one), 0);
  return { groups: [...found.values()], results };
}

/** Tells how many groups have contents. Of those that the counts leave open it asks, where their groups were not read. */
async function counter(
  exposures: Exposures,
  told: readonly ToldContents[],
  { place, read }: { place: Place; read: readonly SpanGroup[] },
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

const contentsKey = ({
  imageId,
  inventoryId,
  filesystemId,
  readFrom,
}: Omit<GroupCount, 'groups'>) => `${imageId}\n${inventoryId}\n${filesystemId}\n${readFrom}`;

const inventoriesOf = (contents: readonly ToldContents[]): Set<number> =>
  new Set(contents.flatMap(({ group }) => group.inventoryId ?? []));
