import { onOutside } from '../shared/errors.ts';
import { type Reading, unread } from '../shared/reading.ts';

/** A value, or what went wrong in place of it. */
export type Outcome<T> = { value: T } | { failure: unknown };

/** What comes of work. Never rejects. */
export async function attempt<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (failure) {
    return { failure };
  }
}

/** The same of work that does not wait. */
export function attemptNow<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (failure) {
    return { failure };
  }
}

/** The value; throws what went wrong. */
export function valueIn<T>(outcome: Outcome<T>): T {
  if ('failure' in outcome) throw outcome.failure;
  return outcome.value;
}

/** For a `catch`: what failed outside of Seawall is unread, with its reason. A bug is thrown on. */
export const asUnread = onOutside(({ message }): Reading<never> => unread(message));

/** What work reads; unread as by `asUnread`. */
export function readingOf<T>(work: () => Reading<T>): Reading<T> {
  try {
    return work();
  } catch (error) {
    return asUnread(error);
  }
}
