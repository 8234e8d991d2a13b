import { setTimeout as sleep } from 'node:timers/promises';
import { askEngine } from './real-engine.ts';

const BEAT_MS = 50;

/** So many beats are a second where neither this process nor the engine has much to do. */
export const BEATS_A_SECOND = 1_000 / BEAT_MS;

/**
 * Waits so many turns of this process and calls of the engine: long enough for what these do however slow they are. All
 * who wait share the next one.
 */
export function openBeats(socketPath: string): (count: number) => Promise<void> {
  let next: Promise<void> | null = null;
  return async (count) => {
    for (let beat = 0; beat < count; beat += 1) {
      next ??= oneBeat(socketPath).finally(() => {
        next = null;
      });
      await next;
    }
  };
}

async function oneBeat(socketPath: string): Promise<void> {
  await sleep(BEAT_MS);
  await askEngine(socketPath, 'GET', '/_ping');
}
