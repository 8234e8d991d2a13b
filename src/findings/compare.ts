import type { Severity } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { CurrentFinding, Undecided } from './result.ts';

/** What is known of an open finding: enough to compare it with a new scan. */
export type OpenFinding = Pick<
  CurrentFinding,
  'fingerprint' | 'rule' | 'subjectKey' | 'severity' | 'message' | 'evidence' | 'subjects'
>;

export interface FindingComparison<Open extends OpenFinding> {
  /** Seen now, not open before. */
  opened: CurrentFinding[];
  unchanged: Open[];
  /** Seen before and now, with another severity, message, evidence or list of subjects. */
  updated: { open: Open; current: CurrentFinding }[];
  /** Open before, judged again, and gone. */
  closed: Open[];
  /** Open before and not judged this time: they stay open. */
  unverified: Open[];
}

/**
 * Compares what was open with what a scan found. A missing finding is closed only when its rule
 * could be judged for its subject: with an `undecided` entry it is unverified, never fixed.
 * Of several current findings with one fingerprint the first counts.
 */
export function compareFindings<Open extends OpenFinding>(
  open: readonly Open[],
  current: readonly CurrentFinding[],
  undecided: readonly Undecided[],
): FindingComparison<Open> {
  const currentByFingerprint = new Map<string, CurrentFinding>();
  for (const finding of current) {
    if (!currentByFingerprint.has(finding.fingerprint)) {
      currentByFingerprint.set(finding.fingerprint, finding);
    }
  }
  const findReason = indexUndecided(undecided);
  const comparison: FindingComparison<Open> = {
    opened: [],
    unchanged: [],
    updated: [],
    closed: [],
    unverified: [],
  };
  for (const known of open) {
    const seen = currentByFingerprint.get(known.fingerprint);
    currentByFingerprint.delete(known.fingerprint);
    if (seen === undefined) {
      const isUndecided = findReason(known) !== null;
      comparison[isUndecided ? 'unverified' : 'closed'].push(known);
    } else if (content(known) === content(seen)) {
      comparison.unchanged.push(known);
    } else {
      comparison.updated.push({ open: known, current: seen });
    }
  }
  comparison.opened.push(...currentByFingerprint.values());
  return comparison;
}

/**
 * Looks up why a finding could not be judged; null when it could. An entry for the subject itself
 * goes before one for the whole rule.
 */
export function indexUndecided(
  undecided: readonly Undecided[],
): (finding: { rule: string; subjectKey: string }) => string | null {
  const reasons = new Map<string, Map<string | null, string>>();
  for (const { rule, subjectKey, reason } of undecided) {
    const ofRule = reasons.get(rule) ?? new Map();
    if (!ofRule.has(subjectKey)) ofRule.set(subjectKey, reason);
    reasons.set(rule, ofRule);
  }
  return ({ rule, subjectKey }) => {
    const ofRule = reasons.get(rule);
    return ofRule?.get(subjectKey) ?? ofRule?.get(null) ?? null;
  };
}

/** Text that differs exactly when the content does, whatever the order of keys in the objects. */
function content(finding: {
  severity: Severity;
  message: string;
  evidence: readonly Evidence[];
  subjects: readonly string[];
}): string {
  const evidence = finding.evidence.map(({ path, value, source }) => [path, value, source]);
  return JSON.stringify([finding.severity, finding.message, evidence, finding.subjects]);
}
