/** How the parts end that were opened so far, in the order in which they were opened. */
export type Ends = (() => Promise<unknown>)[];

/**
 * Opens what `start` opens, which adds how each part ends once it is there. What leans on others ends before them, and
 * each has its turn whatever becomes of another one; `close` then rejects with the first failure. Where one cannot be
 * opened it rejects with why, and nothing stays open.
 */
export async function openParts<Opened extends object>(
  start: (ends: Ends) => Promise<Opened>,
): Promise<Opened & { close(): Promise<void> }> {
  const ends: Ends = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const end of ends.toReversed()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    return { ...(await start(ends)), close };
  } catch (error) {
    // Why it could not be opened says more than why something could not be closed.
    await close().catch(() => {});
    throw error;
  }
}
