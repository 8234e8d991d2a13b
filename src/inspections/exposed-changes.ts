import type { Exposed, KeptExposure } from '../ports/exposed-store.ts';

type Packaged = Pick<Exposed, 'packageId' | 'componentId' | 'osId' | 'osVersion'>;

/** One package of one release, or one library or program. */
export const packageKey = ({ packageId, componentId, osId, osVersion }: Packaged): string =>
  `${packageId} ${componentId} ${osId} ${osVersion}`;

/** One vulnerability in one package. */
export const pairKey = (one: Packaged & Pick<Exposed, 'vulnerability'>): string =>
  `${packageKey(one)} ${one.vulnerability}`;

/** What is different from the match before: what it had and is not the same is closed, and opened as it is now. */
export class ExposedChanges {
  readonly opened: Exposed[] = [];
  readonly closed: Pick<KeptExposure, 'id' | 'isUnknown'>[] = [];
  readonly #before = new Map<string, KeptExposure>();
  readonly #at: number;

  constructor(before: readonly KeptExposure[], at: number) {
    this.#at = at;
    for (const one of before) this.#keep(one);
  }

  /** An earlier version beside this one finds what is unknown without knowing that it was there. */
  #keep(one: KeptExposure): void {
    const key = pairKey(one);
    const other = this.#before.get(key);
    if (other === undefined) {
      this.#before.set(key, one);
      return;
    }
    this.closed.push(other);
    this.#before.set(key, {
      ...one,
      firstSeen: one.firstSeen || other.firstSeen,
      fixableSince: one.fixableSince ?? other.fixableSince,
      exploitedSince: one.exploitedSince ?? other.exploitedSince,
    });
  }

  /** A pair as it is now; its times are those of the match before. What is unknown has none of its own. */
  find(found: Exposed): void {
    const key = pairKey(found);
    const old = this.#before.get(key);
    this.#before.delete(key);
    if (old !== undefined && isSame(old, found)) return;
    if (old !== undefined) this.closed.push(old);
    const since = found.isUnknown ? null : this.#at;
    found.firstSeen = old?.firstSeen || (since ?? 0);
    // Another record may name no fix, and the one that did comes again.
    const isFixable = found.isUnknown || found.fixed !== null;
    found.fixableSince = isFixable ? (old?.fixableSince ?? since) : null;
    found.exploitedSince = found.isExploited ? (old?.exploitedSince ?? since) : null;
    this.opened.push(found);
  }

  /** Those of the match before that were not found yet. */
  get left(): KeptExposure[] {
    return [...this.#before.values()];
  }

  /** No more is found: what is left of the match before is closed, unless it `stays`. */
  end(stays: (one: Exposed) => boolean): void {
    for (const one of this.#before.values()) if (!stays(one)) this.closed.push(one);
  }
}

type Found = Pick<Exposed, 'isUnknown' | 'state' | 'fixed' | 'isExploited' | 'severity'>;
const isSame = (a: Found, b: Found): boolean =>
  a.isUnknown === b.isUnknown &&
  a.state === b.state &&
  a.fixed === b.fixed &&
  a.isExploited === b.isExploited &&
  a.severity === b.severity;
