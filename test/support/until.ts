import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds; the time limit of the test bounds it. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  // A pause in real time: the store answers without leaving the microtasks.
  while (!(await holds())) await sleep(5);
}
