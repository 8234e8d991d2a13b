import type { FeedCoverage } from '../exposure/asked-inventory.ts';
import { staleIn } from '../exposure/feed-words.ts';
import { isClearedByOld } from '../exposure/match-exposed.ts';
import type { OpenRecords } from '../exposure/record-index.ts';
import type { StatementsHere } from '../exposure/vex-index.ts';
import type { Exposed } from '../ports/exposed-store.ts';
import type { KeyedPackage } from './choose-matched.ts';

type Kept = Exposed & { id: number };
type Packaged = Pick<Exposed, 'packageId' | 'componentId' | 'osId' | 'osVersion'>;

const packageKey = ({ packageId, componentId, osId, osVersion }: Packaged): string =>
  `${packageId} ${componentId} ${osId} ${osVersion}`;

/** One vulnerability in one package. */
export const pairKey = (one: Packaged & Pick<Exposed, 'vulnerability'>): string =>
  `${packageKey(one)} ${one.vulnerability}`;

/** What is different from the match before: what it had and is not the same is closed, and opened as it is now. */
export class ExposedChanges {
  readonly opened: Exposed[] = [];
  readonly closed: number[] = [];
  readonly #before: Map<string, Kept>;
  readonly #at: number;

  constructor(before: readonly Kept[], at: number) {
    this.#before = new Map(before.map((one) => [pairKey(one), one]));
    this.#at = at;
  }

  /** A pair as it is now; its times are those of the match before. What is unknown has none of its own. */
  find(found: Exposed): void {
    const key = pairKey(found);
    const old = this.#before.get(key);
    this.#before.delete(key);
    if (old !== undefined && isSame(old, found)) return;
    if (old !== undefined) this.closed.push(old.id);
    const since = found.state === 'unknown' ? null : this.#at;
    found.firstSeen = old?.firstSeen || (since ?? 0);
    found.fixableSince = found.fixed === null ? null : (old?.fixableSince ?? since);
    found.exploitedSince = found.isExploited ? (old?.exploitedSince ?? since) : null;
    this.opened.push(found);
  }

  /** Those of the match before that were not found yet. */
  get left(): Kept[] {
    return [...this.#before.values()];
  }

  /** No more is found: what is left of the match before is closed, unless it `stays`. */
  end(stays: (one: Exposed) => boolean): void {
    for (const one of this.#before.values()) if (!stays(one)) this.closed.push(one.id);
  }
}

type Found = Pick<Exposed, 'state' | 'fixed' | 'isExploited' | 'severity'>;
const isSame = (a: Found, b: Found): boolean =>
  a.state === b.state &&
  a.fixed === b.fixed &&
  a.isExploited === b.isExploited &&
  a.severity === b.severity;

/** Of what a match no longer finds that which nothing clears but feeds that are too old. */
export function clearedByOld(
  left: readonly Kept[],
  packages: readonly KeyedPackage[],
  index: OpenRecords,
  statements: StatementsHere | null,
  feeds: readonly FeedCoverage[],
): Set<Kept> {
  const found = new Set<Kept>();
  if (left.length === 0 || staleIn(feeds).length === 0) return found;
  const byPackage = Map.groupBy(left, packageKey);
  for (const installed of packages) {
    for (const one of byPackage.get(packageKey(installed)) ?? []) {
      if (isClearedByOld(installed, one.vulnerability, index, statements, feeds)) found.add(one);
    }
  }
  return found;
}
