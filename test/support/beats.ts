import { setTimeout as sleep } from 'node:timers/promises';
import { askEngine } from './real-engine.ts';

const BEAT_MS = 50;

/** So many beats are a second where neither this process nor the engine has much to do. */
export const BEATS_A_SECOND = 1_000 / BEAT_MS;

/** The next beat of an engine, which all who wait share. */
const next = new Map<string, Promise<void>>();

/** Waits so many turns of this process and calls of the engine: long enough for what these do however slow they are. */
export async function waitBeats(socketPath: string, count: number): Promise<void> {
  for (let beat = 0; beat < count; beat += 1) {
    const shared =
      next.get(socketPath) ?? oneBeat(socketPath).finally(() => next.delete(socketPath));
    next.set(socketPath, shared);
    await shared;
  }
}

async function oneBeat(socketPath: string): Promise<void> {
  await sleep(BEAT_MS);
  await askEngine(socketPath, 'GET', '/_ping');
}
