/** What is kept of a host takes at least so much, whatever it holds. */
const LENGTH_MIN = 200;

/**
 * What was read of hosts, by their keys, up to so many characters of all: what was kept last stays. Nobody may change what
 * is kept. `lengthOf`: of the text that it was made of.
 */
export function keeping<Found>(lengthMax: number, lengthOf: (found: Found) => number) {
  const kept = new Map<number, Found>();
  let sum = 0;
  const count = (found: Found) => Math.max(LENGTH_MIN, lengthOf(found));
  const drop = (hostId: number, found: Found) => {
    sum -= count(found);
    kept.delete(hostId);
  };
  return {
    /** What is kept of these hosts. */
    of(hostIds: Iterable<number>): Map<number, Found> {
      const found = new Map<number, Found>();
      for (const hostId of hostIds) {
        const own = kept.get(hostId);
        if (own !== undefined) found.set(hostId, own);
      }
      return found;
    },
    /** Keeps what was found, of those hosts of which nobody kept anything else than was kept `before`. */
    keep(found: ReadonlyMap<number, Found>, before: ReadonlyMap<number, Found>): void {
      // A database tells rows in any order.
      for (const [hostId, own] of [...found].sort(([a], [b]) => a - b)) {
        const known = kept.get(hostId);
        if (known !== before.get(hostId)) continue;
        if (known !== undefined) drop(hostId, known);
        kept.set(hostId, own);
        sum += count(own);
      }
      for (const [oldest, own] of kept) {
        if (sum <= lengthMax) break;
        drop(oldest, own);
      }
    },
  };
}
