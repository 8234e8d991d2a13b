import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal aborts. Never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** What the work gives, or null when it takes longer; it goes on then. Rejects as the work does. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  try {
    return await Promise.race([work, pause(ms, over.signal).then(() => null)]);
  } finally {
    over.abort();
  }
}

/** Rejects with the signal's reason once it aborts, at once where it has. Never resolves. */
export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
