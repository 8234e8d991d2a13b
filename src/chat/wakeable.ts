export interface Wakeable {
  /** Runs the work now, or once more when it runs already. */
  wake(): void;
  wakeIn(delayMs: number): void;
  /** Settles when the work has ended; it does not run again. */
  close(): Promise<void>;
}

/** Work that is done whenever somebody calls for it, never twice at once. It must not reject. */
export function openWakeable(work: () => Promise<void>): Wakeable {
  const delays = new Set<NodeJS.Timeout>();
  let running: Promise<void> | null = null;
  let isCalled = false;
  let isClosed = false;

  async function run(): Promise<void> {
    while (isCalled && !isClosed) {
      isCalled = false;
      await work();
    }
  }

  function wake(): void {
    isCalled = true;
    if (isClosed) return;
    running ??= run().finally(() => {
      running = null;
    });
  }

  return {
    wake,
    wakeIn(delayMs) {
      // Nobody waits for this: a program that ends does not either.
      const delay = setTimeout(() => {
        delays.delete(delay);
        wake();
      }, delayMs).unref();
      delays.add(delay);
    },
    async close() {
      isClosed = true;
      for (const delay of delays) clearTimeout(delay);
      await running;
    },
  };
}
