/** Runs so many things at once; what is urgent comes before everything that still waits. */
export interface Limiter {
  urgent<T>(work: () => Promise<T>): Promise<T>;
  later<T>(work: () => Promise<T>): Promise<T>;
}

/** A limiter of `most` at once. What fails gives its place on. */
export function createLimiter(most: number): Limiter {
  const waiting = { urgent: [] as (() => void)[], later: [] as (() => void)[] };
  let running = 0;
  const next = (): void => {
    if (running >= most) return;
    const start = waiting.urgent.shift() ?? waiting.later.shift();
    if (start === undefined) return;
    running += 1;
    start();
  };
  const enter = <T>(queue: (() => void)[], work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      queue.push(() => {
        work()
          .then(resolve, reject)
          .finally(() => {
            running -= 1;
            next();
          });
      });
      next();
    });
  return {
    urgent: (work) => enter(waiting.urgent, work),
    later: (work) => enter(waiting.later, work),
  };
}
