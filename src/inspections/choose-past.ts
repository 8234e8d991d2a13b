import type { PastContainer } from '../ports/past-store.ts';

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
