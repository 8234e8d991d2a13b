import { OutsideError, statusOf } from '../shared/errors.ts';
import { type Reading, unread } from '../shared/reading.ts';
import { sideBySide } from '../shared/side-by-side.ts';
import type { OfContainer, PerContainer } from './facts/per-container.ts';
import { byNameThenId, type Listed } from './read-each.ts';

/**
 * Reads something of each of these containers side by side. One that has gone in the meantime, as a 404
 * or a null tells, is left out; any other failure of the outside makes that one unread and harms no other.
 */
export async function readPerContainer<L extends Listed, T>(
  listed: readonly L[],
  readOne: (one: L) => Promise<Reading<T> | null>,
): Promise<PerContainer<T>> {
  const found = await sideBySide(listed.toSorted(byNameThenId), async (one) => {
    const facts = await settle(() => readOne(one));
    return facts && { containerId: one.id, facts };
  });
  return found.filter((one) => one !== null);
}

/** Null for what has gone, unread for another failure of the outside. Rejects for a bug of ours. */
export async function settle<T>(
  work: () => Promise<Reading<T> | null>,
): Promise<Reading<T> | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return statusOf(error) === 404 ? null : unread(error.message);
  }
}

/** How a section is asked for one container by its id; one that it does not name was not looked at. */
export function perContainer<T>(
  section: Reading<readonly OfContainer<T>[]>,
): (id: string) => Reading<T> {
  if (section.state === 'unread') return () => section;
  const byId = new Map(section.value.map(({ containerId, facts }) => [containerId, facts]));
  return (id) => byId.get(id) ?? unread('the container was not looked at');
}
