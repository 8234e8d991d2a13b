import type { Clock } from '../ports/clock.ts';
import type { Reading } from '../shared/reading.ts';
import { DAY_MS } from '../shared/time.ts';

/** A thousand images of a usual size, none like another. */
const PACKAGES_A_DAY = 400_000;

/** Why a list is not kept. */
export const DAY_IS_FULL = `lists of this host added more than ${PACKAGES_A_DAY.toLocaleString('en')} packages this day; others are kept from the next day on`;

/** What one process adds to the database of lists of packages and of components, for each host in a day of UTC. */
export interface PackageBudget {
  /** Counts a list that is not kept yet; false where the day of its host is full. */
  take(host: string, packages: number): boolean;
}

/** Begins with nothing taken: what an earlier process kept today does not count. A list that begins below the limit is kept whole. */
export function createPackageBudget(now: Clock): PackageBudget {
  let day = -1;
  const taken = new Map<string, number>();
  return {
    take(host, packages) {
      const today = Math.floor(now() / DAY_MS);
      if (today !== day) taken.clear();
      day = today;
      const before = taken.get(host) ?? 0;
      if (before >= PACKAGES_A_DAY) return false;
      taken.set(host, before + packages);
      return true;
    },
  };
}

/** Why what was read, or not, is not there; null for what is kept. */
export function reasonOf(found: Reading<unknown>, keptId: number | null): string | null {
  if (found.state === 'unread') return found.reason;
  return keptId === null ? DAY_IS_FULL : null;
}
