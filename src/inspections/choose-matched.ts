import type { InstalledPackage } from '../exposure/installed.ts';
import { matchIndexed } from '../exposure/match-exposed.ts';
import { comparedPairs, keptPairs, type PairLimits } from '../exposure/pair-limits.ts';
import type { RecordIndex } from '../exposure/record-index.ts';
import type { StatementsHere } from '../exposure/vex-index.ts';
import type { Exposed, LeftOut, MatchHolder, MatchSource } from '../ports/exposed-store.ts';

type Keyed = Pick<Exposed, 'packageId' | 'componentId' | 'osId' | 'osVersion'>;

/** A package of one release, or a library or program, with the key of its row. */
export interface KeyedPackage extends InstalledPackage, Keyed {}

/** What a match takes of all that is stored. */
export interface ChosenPackages {
  packages: readonly KeyedPackage[];
  /** Inventories and file systems that are left out, by their keys. */
  leftOut: LeftOut;
  /** The one with the most pairs of those that are matched; null where all are ordinary. */
  heaviest: MatchHolder | null;
  /** True for a package that is in nothing but what is left out. */
  isLeftOut(one: Keyed): boolean;
}

const ALL_TAKEN: Omit<ChosenPackages, 'packages'> = {
  leftOut: { inventories: [], filesystems: [] },
  heaviest: null,
  isLeftOut: () => false,
};

/**
 * Leaves out inventories and file systems that make more pairs than one may, and the largest ones where all
 * together are too many: one container must not cost the others their match. Takes no time where there are few pairs.
 */
export async function chooseMatched(
  source: Pick<MatchSource, 'holders'>,
  packages: readonly KeyedPackage[],
  index: RecordIndex,
  statements: StatementsHere,
): Promise<ChosenPackages> {
  const named = new Counts();
  for (const one of packages) named.add(one, index.of(one).length);
  if (named.total <= keptPairs.each) return { ...ALL_TAKEN, packages };
  const holders: MatchHolder[] = [];
  for await (const one of source.holders()) holders.push(one);
  const comparable = choose(holders, named, comparedPairs);
  const kept = new Counts();
  const compared = packages.filter((one) => comparable.has(one));
  for (const one of compared) kept.add(one, 0);
  for (const { installed } of matchIndexed(compared, index, statements)) kept.add(installed, 1);
  const { chosen, has } = choose(comparable.chosen, kept, keptPairs);
  const taken = new Set(chosen);
  const left = holders.filter((one) => !taken.has(one));
  const keysOf = (kind: MatchHolder['kind']) =>
    left.filter((one) => one.kind === kind).map(({ id }) => id);
  return {
    packages: compared.filter(has),
    leftOut: { inventories: keysOf('inventory'), filesystems: keysOf('filesystem') },
    heaviest: chosen.at(-1) ?? null,
    isLeftOut: (one) => named.knows(one) && !has(one),
  };
}

/** The smallest first, as long as there is room; each package counts once for all. */
function choose(holders: readonly MatchHolder[], counts: Counts, { each, all }: PairLimits) {
  const sized = holders
    .map((holder) => ({ holder, size: counts.in(holder) }))
    .filter(({ size }) => size <= each)
    .sort((a, b) => a.size - b.size);
  const chosen: MatchHolder[] = [];
  const members = new Map<string, Set<number>>();
  let room = all;
  for (const { holder } of sized) {
    const known = members.get(groupOf(holder)) ?? new Set();
    const more = counts.in({ ...holder, members: holder.members.filter((id) => !known.has(id)) });
    if (more > room) continue;
    room -= more;
    for (const id of holder.members) known.add(id);
    members.set(groupOf(holder), known);
    chosen.push(holder);
  }
  const has = (one: Keyed): boolean => members.get(groupOf(one))?.has(idOf(one)) ?? false;
  return { chosen, has };
}

/** Packages of one release, or libraries and programs: only among these is a key one package. */
const groupOf = ({ osId, osVersion }: Pick<Keyed, 'osId' | 'osVersion'>): string =>
  `${osId} ${osVersion}`;
const idOf = ({ packageId, componentId }: Keyed): number => packageId ?? componentId ?? 0;

/** How many pairs each package makes. */
class Counts {
  total = 0;
  readonly #counts = new Map<string, Map<number, number>>();

  add(one: Keyed, pairs: number): void {
    const group = groupOf(one);
    const counts = this.#counts.get(group) ?? new Map<number, number>();
    this.#counts.set(group, counts);
    counts.set(idOf(one), (counts.get(idOf(one)) ?? 0) + pairs);
    this.total += pairs;
  }

  knows(one: Keyed): boolean {
    return this.#counts.get(groupOf(one))?.has(idOf(one)) ?? false;
  }

  in(holder: MatchHolder): number {
    const counts = this.#counts.get(groupOf(holder));
    return holder.members.reduce((sum, id) => sum + (counts?.get(id) ?? 0), 0);
  }
}
