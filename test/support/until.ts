import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_PAUSE_MS = 50;

/** Waits until something holds; the time limit of the test bounds it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  // A pause in real time: the store answers without leaving the microtasks. What takes long is asked
  // for less often, since others need the processor as well.
  for (let pauseMs = 5; !(await holds()); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    await sleep(pauseMs);
  }
}
