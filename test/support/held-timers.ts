import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/** Of a timer that runs once it is told to. */
const FOR_EVER_MS = 2 ** 31 - 1;

type Run = (...given: unknown[]) => void;

export interface HeldTimers {
  /** Lets those run that wait. */
  run(): void;
  /** From now on timers run as ever. */
  stop(): void;
}

/**
 * For what gives something up after a time: where the machine stands still, that time is over before what has to come
 * first. After each test all timers are as they were.
 */
export function useHeldTimers() {
  const { setTimeout, clearTimeout } = globalThis;
  const { setTimeout: wait } = timers;
  const held = new Map<object, () => void>();
  const use = (global: object, promises: object) => {
    Object.assign(globalThis, global);
    Object.assign(timers, promises);
    syncBuiltinESMExports();
  };
  const stop = () => use({ setTimeout, clearTimeout }, { setTimeout: wait });
  afterEach(() => {
    stop();
    for (const timer of held.keys()) clearTimeout(timer as NodeJS.Timeout);
    held.clear();
  });

  function hold(ms: number) {
    return {
      setTimeout(run: Run, delay: number, ...given: unknown[]): NodeJS.Timeout {
        if (delay !== ms) return setTimeout(run, delay, ...given);
        const timer = setTimeout(run, FOR_EVER_MS, ...given);
        held.set(timer, () => {
          clearTimeout(timer);
          run(...given);
        });
        return timer;
      },
      clearTimeout(timer: NodeJS.Timeout): void {
        held.delete(timer);
        clearTimeout(timer);
      },
    };
  }
  const holdPromise =
    (ms: number): typeof wait =>
    (delay, value, options) => {
      if (delay !== ms) return wait(delay, value, options);
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(promise, resolve);
      // For its signal.
      const ending = wait(FOR_EVER_MS, value, { ...options, ref: false });
      return Promise.race([promise.then(() => value as never), ending]);
    };

  return {
    /** From now on holds each timer of just so many milliseconds, of `setTimeout` or its promise; others run as ever. */
    holdTimers(ms: number): HeldTimers {
      use(hold(ms), { setTimeout: holdPromise(ms) });
      return {
        run() {
          for (const [timer, run] of [...held]) {
            held.delete(timer);
            run();
          }
        },
        stop,
      };
    },
  };
}
