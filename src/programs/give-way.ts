import { getPriority, setPriority } from 'node:os';

/** A third of the weight of the others: with less, on a machine with too much to do, signs of life would come too late. */
const NICE = 5;

/**
 * Lets everybody else on the machine go first, above all who answers people: of what this process does nobody notices
 * some milliseconds. On a machine of its own it changes nothing. Where the system does not allow it all stays as it is.
 */
export function giveWay(): void {
  try {
    // Who started it may have wanted even less.
    if (getPriority() < NICE) setPriority(NICE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}
