import type { PastStore } from '../ports/past-store.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import { containerKey } from '../rules/container-key.ts';

/** Whether a finding is about a container, and not only about others that have its stable name. */
export const isFindingOf =
  ({ facts }: StoredContainer) =>
  ({ subjectKind, subjectKey, subjects }: StoredFinding): boolean =>
    subjectKind === 'container' &&
    subjectKey === containerKey(facts) &&
    subjects.includes(facts.name);

/** What was open at the last sight of a container that is gone. Rejects with `OutsideError`. */
export async function lastFindings(
  { past }: { past: Pick<PastStore, 'listFindings'> },
  container: StoredContainer,
): Promise<StoredFinding[]> {
  const at = Date.parse(container.lastSeen);
  const found = await past.listFindings({ hosts: [container.host], from: at, to: at });
  return found.filter(isFindingOf(container));
}
