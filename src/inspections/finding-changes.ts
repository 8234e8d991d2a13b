import type { DiffAnswer, SeverityChange } from '../answers/diff-answer.ts';
import type { FindingChange, HostChanges } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { severities } from '../rules/rule.ts';

/** Sorts changes into what is new, worse, milder, fixed and gone again; the worst first in each. */
export function sortChanges(
  hosts: readonly HostChanges[],
): Pick<DiffAnswer, 'new' | 'worse' | 'milder' | 'fixed' | 'passing'> {
  const changes = hosts.flatMap((host) => host.changes);
  const moved = changes.flatMap(toSeverityChange);
  const rise = ({ was, finding }: SeverityChange) => rank(finding.severity) - rank(was);
  return {
    new: worstFirst(
      changes.flatMap(({ before, after }) => (before === null && after ? after : [])),
    ),
    worse: moved.filter((change) => rise(change) > 0),
    milder: moved.filter((change) => rise(change) < 0),
    fixed: worstFirst(
      changes.flatMap(({ before, after }) => (after === null && before ? before : [])),
    ),
    passing: worstFirst(hosts.flatMap((host) => host.passing)),
  };
}

function toSeverityChange({ before, after }: FindingChange): SeverityChange[] {
  return before && after ? [{ was: before.severity, finding: after }] : [];
}

const rank = (severity: StoredFinding['severity']) => severities.indexOf(severity);

function worstFirst(findings: readonly StoredFinding[]): StoredFinding[] {
  return findings.toSorted((a, b) => rank(b.severity) - rank(a.severity));
}
