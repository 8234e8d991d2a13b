/** Runs `start` once and keeps what it gave; after a failure the next call tries again. */
export function keepFirstSuccess<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | null = null;
  return () => {
    started ??= start().catch((error: unknown) => {
      started = null;
      throw error;
    });
    return started;
  };
}
