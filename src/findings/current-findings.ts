import { severities } from '../rules/rule.ts';
import { compareText } from '../shared/text.ts';
import { type Evidence, imageInspected } from '../snapshot/evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { bindingOf } from './binding.ts';
import { rootResults } from './engine-causes.ts';
import { fingerprintOf, subjectKeys } from './fingerprint.ts';
import type { CurrentFinding, RuleResult, Undecided } from './result.ts';

/**
 * Failing results as findings, one per rule and stable subject: replicas of one service make one
 * finding that names them all, with the worst severity among them. What a fault of the engine alone
 * causes is named there and makes no finding of its own. Worst first.
 */
export function currentFindings(
  results: readonly RuleResult[],
  snapshot: Snapshot,
): CurrentFinding[] {
  const keyOf = subjectKeys(snapshot);
  const findings = new Map<string, Omit<CurrentFinding, 'binding'>>();
  for (const { result, reached } of rootResults(results)) {
    const key = keyOf(result.subject);
    const fingerprint = fingerprintOf(result, key);
    const known = findings.get(fingerprint);
    const worse = !known || rank(result.severity) > rank(known.severity);
    findings.set(fingerprint, {
      fingerprint,
      rule: result.rule,
      severity: worse ? result.severity : known.severity,
      subjectKind: result.subject.kind,
      subjectKey: key,
      subjects: [...(known?.subjects ?? []), result.subject.name, ...reached].sort(),
      message: worse ? result.message : known.message,
      evidence: worse ? evidenceOf(result) : known.evidence,
    });
  }
  const containers = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  return [...findings.values()]
    .map((finding) => ({ ...finding, binding: bindingOf(finding, containers) }))
    .sort((a, b) => rank(b.severity) - rank(a.severity) || compareText(a.rule, b.rule));
}

/** A tag moves: a finding on an image also says which image it was. */
function evidenceOf({ subject, evidence }: RuleResult): Evidence[] {
  return subject.kind === 'image' ? [...evidence, imageInspected('Id', subject.id)] : evidence;
}

/** Judgements that could not be made, each once per rule and stable subject. */
export function undecided(results: readonly RuleResult[], snapshot: Snapshot): Undecided[] {
  const keyOf = subjectKeys(snapshot);
  const found = new Map<string, Undecided>();
  for (const { verdict, rule, subject, reason } of results) {
    if (verdict !== 'unknown') continue;
    const subjectKey = subject.id === '' ? null : keyOf(subject);
    const entry = { rule, subjectKind: subject.kind, subjectKey, reason: reason ?? 'not said' };
    found.set(JSON.stringify([rule, subject.kind, subjectKey]), entry);
  }
  return [...found.values()];
}

const rank = (severity: CurrentFinding['severity']) => severities.indexOf(severity);
