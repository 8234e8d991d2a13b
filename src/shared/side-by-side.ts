import { yieldToEvents } from './yield-to-events.ts';

/** More calls at once than any engine is asked, so that nobody waits for this. */
const AT_ONCE = 32;

/**
 * Does the work for each item, so many at once, and gives the results in the order of the items. A thousand
 * that all begin together would hold up everything else. Rejects with the first failure.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R> | R,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      results[index] = await work(item);
      // Work that never waits would otherwise be done without a pause.
      if (index % AT_ONCE === AT_ONCE - 1) await yieldToEvents();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
