/**
 * Gives what does together, in order and `most` at a time, whatever is asked for while the call before it goes on. Who
 * asks waits for the call that does it, and fails as that does.
 */
export function gathering<T>(
  most: number,
  doAll: (all: readonly T[]) => Promise<void>,
): (one: T) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: { all: T[]; done: Promise<void> } | null = null;
  return (one) => {
    if (next !== null && next.all.length < most) {
      next.all.push(one);
      return next.done;
    }
    const begun = { all: [one], done: last };
    begun.done = last.then(() => {
      if (next === begun) next = null;
      return doAll(begun.all);
    });
    last = begun.done.catch(() => {});
    next = begun;
    return begun.done;
  };
}
