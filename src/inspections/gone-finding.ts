import type { FindingName } from '../ports/intent.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';

/** The finding while it is open, else a sentence that says what became of it. */
export async function findOpenFinding(
  store: Pick<ScanStore, 'listOpenFindings' | 'findClosedFinding'>,
  name: FindingName,
): Promise<{ finding: StoredFinding } | { gone: string }> {
  const open = await store.listOpenFindings({ hosts: [name.host] });
  const finding = open.find(({ fingerprint }) => fingerprint === name.fingerprint);
  if (finding !== undefined) return { finding };
  const closed = await store.findClosedFinding(name);
  if (closed === null) {
    return { gone: `No scan of ${name.host} has that finding; scan on ${name.host} looks now.` };
  }
  const { rule, subjectKey, closedAt } = closed;
  const when = closedAt.slice(0, 16).replace('T', ' ');
  return { gone: `${rule} for ${subjectKey} on ${name.host} was fixed or gone on ${when} UTC.` };
}

/** What a preview showed of a finding: another text when any of it changed since. */
export function previewKey({ severity, message, evidence, subjects }: StoredFinding): string {
  return JSON.stringify([severity, message, subjects, evidence]);
}
