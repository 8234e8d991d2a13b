import type { FeedCoverage } from '../exposure/asked-inventory.ts';
import type { InstalledPackage } from '../exposure/installed.ts';
import { matchIndexed } from '../exposure/match-exposed.ts';
import { comparedPairs, keptPairs, type PairLimits } from '../exposure/pair-limits.ts';
import type { OpenRecords } from '../exposure/record-index.ts';
import type { StatementsHere } from '../exposure/vex-index.ts';
import type { Exposed, LeftOut, MatchHolder } from '../ports/exposed-store.ts';

type Keyed = Pick<Exposed, 'packageId' | 'componentId' | 'osId' | 'osVersion'>;

/** A package of one release, or a library or program, with the key of its row. */
export interface KeyedPackage extends InstalledPackage, Keyed {}

/** What a match takes of all that is stored. */
export interface ChosenPackages {
  packages: readonly KeyedPackage[];
  /** Inventories and file systems that are left out, by their keys: for themselves, and for all together. */
  leftOut: LeftOut;
  crowdedOut: LeftOut;
  /** The one with the most pairs of those that are matched; null where all are ordinary. */
  heaviest: MatchHolder | null;
  /** True for a package that is in nothing but what is left out. */
  isLeftOut(one: Keyed): boolean;
}

const ALL_TAKEN: Omit<ChosenPackages, 'packages'> = {
  leftOut: { inventories: [], filesystems: [] },
  crowdedOut: { inventories: [], filesystems: [] },
  heaviest: null,
  isLeftOut: () => false,
};

/**
 * Leaves out inventories and file systems that make more pairs than one may, and the largest ones where all
 * together are too many: one container must not cost the others their match. Matches beforehand only what may
 * be too much by the number of its pairs.
 */
export function chooseMatched(
  holders: readonly MatchHolder[],
  packages: readonly KeyedPackage[],
  index: OpenRecords,
  statements: StatementsHere | null,
  feeds: readonly FeedCoverage[],
  { compared: mostCompared, kept: mostKept } = { compared: comparedPairs, kept: keptPairs },
): ChosenPackages {
  const named = new Counts();
  for (const one of packages) named.add(one, index.pairsOf(one));
  if (named.total <= mostKept.each) return { ...ALL_TAKEN, packages };
  const large = holders.filter((one) => named.in(one) > mostKept.each);
  const isAllLarge = named.total > mostKept.all;
  if (large.length === 0 && !isAllLarge) return { ...ALL_TAKEN, packages };
  const comparable = choose(holders, named, mostCompared);
  const compared = packages.filter((one) => comparable.members.has(one));
  // What is kept is at most what is compared: it is counted where that is too much.
  const mayBeTooMany = new Members(large);
  const isCounted = (one: Keyed) => isAllLarge || mayBeTooMany.has(one);
  const kept = new Counts();
  for (const one of compared) kept.add(one, isCounted(one) ? 0 : index.pairsOf(one));
  for (const { installed } of matchIndexed(compared.filter(isCounted), index, statements, feeds))
    kept.add(installed, 1);
  const { chosen, members, tooLarge, noRoom } = choose(comparable.chosen, kept, mostKept);
  return {
    packages: compared.filter((one) => members.has(one)),
    leftOut: keysOf([...comparable.tooLarge, ...tooLarge]),
    crowdedOut: keysOf([...comparable.noRoom, ...noRoom]),
    heaviest: chosen.at(-1) ?? null,
    isLeftOut: (one) => named.knows(one) && !members.has(one),
  };
}

function keysOf(holders: readonly MatchHolder[]): LeftOut {
  const of = (kind: MatchHolder['kind']) =>
    holders.filter((one) => one.kind === kind).map(({ id }) => id);
  return { inventories: of('inventory'), filesystems: of('filesystem') };
}

/** The smallest first, as long as there is room; each package counts once for all. */
function choose(holders: readonly MatchHolder[], counts: Counts, { each, all }: PairLimits) {
  const sized = holders
    .map((holder) => ({ holder, size: counts.in(holder) }))
    .sort((a, b) => a.size - b.size);
  const chosen: MatchHolder[] = [];
  const noRoom: MatchHolder[] = [];
  const members = new Members();
  let room = all;
  for (const { holder, size } of sized) {
    if (size > each) continue;
    const more = counts.in({ ...holder, members: members.newIn(holder) });
    if (more > room) {
      noRoom.push(holder);
      continue;
    }
    room -= more;
    members.add(holder);
    chosen.push(holder);
  }
  const tooLarge = sized.filter(({ size }) => size > each).map(({ holder }) => holder);
  return { chosen, members, noRoom, tooLarge };
}

const idOf = ({ packageId, componentId }: Keyed): number => packageId ?? componentId ?? 0;

type Release = Pick<Keyed, 'osId' | 'osVersion'>;

/** Something of each release, and of libraries and programs: only among these is a key one package. */
class OfReleases<T> {
  readonly #all = new Map<string, Map<string, T>>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  of({ osId, osVersion }: Release): T {
    const versions = this.#all.get(osId) ?? new Map<string, T>();
    this.#all.set(osId, versions);
    const own = versions.get(osVersion) ?? this.#make();
    versions.set(osVersion, own);
    return own;
  }

  *[Symbol.iterator](): Generator<Release & { own: T }> {
    for (const [osId, versions] of this.#all) {
      for (const [osVersion, own] of versions) yield { osId, osVersion, own };
    }
  }
}

/** Packages that some inventories and file systems have, by key: there are millions, and an array is the fastest to ask. */
export class Members {
  readonly #members = new OfReleases((): boolean[] => []);

  constructor(holders: readonly MatchHolder[] = []) {
    for (const one of holders) this.add(one);
  }

  add(holder: MatchHolder): void {
    const known = this.#members.of(holder);
    for (const id of holder.members) known[id] = true;
  }

  has(one: Keyed): boolean {
    return this.#members.of(one)[idOf(one)] === true;
  }

  /** Those of a holder that are not among them yet. */
  newIn(holder: MatchHolder): number[] {
    const known = this.#members.of(holder);
    return holder.members.filter((id) => known[id] !== true);
  }

  /** Of each release which keys are among them. */
  releases(): (Release & { has(id: number): boolean })[] {
    return [...this.#members].map(({ own, ...release }) => ({
      ...release,
      has: (id) => own[id] === true,
    }));
  }
}

/** How many pairs each package makes. */
class Counts {
  total = 0;
  readonly #counts = new OfReleases((): number[] => []);

  add(one: Keyed, pairs: number): void {
    const counts = this.#counts.of(one);
    counts[idOf(one)] = (counts[idOf(one)] ?? 0) + pairs;
    this.total += pairs;
  }

  knows(one: Keyed): boolean {
    return this.#counts.of(one)[idOf(one)] !== undefined;
  }

  in(holder: MatchHolder): number {
    const counts = this.#counts.of(holder);
    let sum = 0;
    for (const id of holder.members) sum += counts[id] ?? 0;
    return sum;
  }
}
