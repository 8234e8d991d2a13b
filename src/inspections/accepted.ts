import type { AcceptedFinding } from '../answers/finding-answers.ts';
import type { StoredFinding } from '../ports/stored.ts';

/** True while an acceptance holds: the finding then stays out of counts and lists. */
export const isAccepted = (finding: StoredFinding): finding is AcceptedFinding =>
  finding.acceptance?.state === 'in-force';

/** True when an acceptance ended by itself: it ran out, or the facts it rested on changed. */
export const isLapsed = (finding: StoredFinding): finding is AcceptedFinding =>
  finding.acceptance?.state === 'voided' || finding.acceptance?.state === 'expired';

/** Findings that count, and those that someone accepted. */
export function splitAccepted(findings: readonly StoredFinding[]): {
  open: StoredFinding[];
  accepted: AcceptedFinding[];
} {
  return {
    open: findings.filter((finding) => !isAccepted(finding)),
    accepted: findings.filter(isAccepted),
  };
}
