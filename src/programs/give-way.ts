import { existsSync, readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** A third of the weight of the others: with less, on a machine with too much to do, signs of life would come too late. */
const NICE = 5;
/** Linux has a priority for each thread, and those of V8 and libuv run by now. Later ones have that of who starts them. */
const THREADS = '/proc/self/task';

/**
 * Lets everybody else on the machine go first, above all who answers people: of what this process does nobody notices
 * some milliseconds. On a machine of its own it changes nothing. Where the system does not allow it all stays as it is.
 */
export function giveWay(): void {
  const threads = existsSync(THREADS) ? readdirSync(THREADS).map(Number) : [process.pid];
  for (const id of threads) {
    try {
      // Who started it may have wanted even less.
      if (getPriority(id) < NICE) setPriority(id, NICE);
    } catch (error) {
      // Also of a thread that has ended.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    }
  }
}
