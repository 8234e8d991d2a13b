import { OutsideError, onOutside, statusOf } from '../shared/errors.ts';
import { type Reading, unread } from '../shared/reading.ts';
import { sideBySide } from '../shared/side-by-side.ts';
import { compareText } from '../shared/text.ts';
import type { SubjectList } from './collector.ts';
import type { OfContainer, PerContainer } from './facts/per-container.ts';

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

/** What a list tells of a subject before its details are read. */
export interface Listed {
  id: string;
  name: string;
}

/**
 * Reads the details of every listed subject side by side. One that answers 404 has gone in the
 * meantime and is left out; any other failure of the outside makes that one unread and harms no
 * other. Rejects when every one that is still there failed, and for a bug of ours.
 */
export async function readEach<L extends Listed, T>(
  listed: readonly L[],
  readOne: (one: L) => Promise<T>,
): Promise<SubjectList<T>> {
  const failures: OutsideError[] = [];
  const subjects: SubjectList<T> = { read: [], unread: [] };
  await sideBySide(listed, async (one) => {
    try {
      subjects.read.push(await readOne(one));
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      if (statusOf(error) === 404) return;
      failures.push(error);
      subjects.unread.push({ id: one.id, name: one.name, reason: error.message });
    }
  });
  const [failure] = failures;
  if (failure && subjects.read.length === 0) throw failure;
  subjects.unread.sort(byNameThenId);
  return subjects;
}

/** Order of subjects that is the same in every snapshot and every locale. */
export function byNameThenId(a: Listed, b: Listed): number {
  return compareText(a.name, b.name) || compareText(a.id, b.id);
}

/**
 * Reads something of each of these containers side by side. One that has gone in the meantime, as a 404
 * or a null tells, is left out; any other failure of the outside makes that one unread and harms no other.
 */
export async function readPerContainer<L extends Listed, T>(
  listed: readonly L[],
  readOne: (one: L) => Promise<Reading<T> | null>,
): Promise<PerContainer<T>> {
  const found = await sideBySide(listed.toSorted(byNameThenId), async (one) => {
    const facts = await settle(() => readOne(one));
    return facts && { containerId: one.id, facts };
  });
  return found.filter((one) => one !== null);
}

/** Null for what has gone, unread for another failure of the outside. Rejects for a bug of ours. */
export async function settle<T>(
  work: () => Promise<Reading<T> | null>,
): Promise<Reading<T> | null> {
  try {
    return await work();
  } catch (error) {
    return goneOrUnread(error);
  }
}

/** The same of what was thrown instead. Throws a bug of ours on. */
export function goneOrUnread(error: unknown): Reading<never> | null {
  if (!(error instanceof OutsideError)) throw error;
  return statusOf(error) === 404 ? null : unread(error.message);
}

/** How a section is asked for one container by its id; one that it does not name was not looked at. */
export function perContainer<T>(
  section: Reading<readonly OfContainer<T>[]>,
): (id: string) => Reading<T> {
  if (section.state === 'unread') return () => section;
  const byId = new Map(section.value.map(({ containerId, facts }) => [containerId, facts]));
  return (id) => byId.get(id) ?? unread('the container was not looked at');
}
