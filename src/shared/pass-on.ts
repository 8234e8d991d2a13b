/**
 * Hands a value over once and keeps it no longer, so that it is gone as soon as whoever took it is done with it, whatever
 * else still holds the function. A second time is a bug.
 */
export function passOn<T>(value: T): () => T {
  const kept = [value];
  return () => {
    const [taken] = kept.splice(0);
    if (taken === undefined) throw new Error('it was handed over before');
    return taken;
  };
}
