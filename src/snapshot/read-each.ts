import { OutsideError, statusOf } from '../shared/errors.ts';
import { sideBySide } from '../shared/side-by-side.ts';
import { compareText } from '../shared/text.ts';
import type { SubjectList } from './collector.ts';

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
