import { gravestFirst } from '../rules/rule.ts';
import { compareText, enumerate } from '../shared/text.ts';
import { type Evidence, imageInspected } from '../snapshot/evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { fingerprintOf, subjectKeys } from './fingerprint.ts';
import { reasonOfReplicas } from './replica-reason.ts';
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
  const findings = new Map<string, CurrentFinding>();
  for (const { result, reached } of rootResults(results)) {
    const key = keyOf(result.subject);
    const fingerprint = fingerprintOf(result, key);
    const known = findings.get(fingerprint);
    if (known !== undefined && gravestFirst(known, result) <= 0) {
      known.subjects.push(result.subject.name, ...reached);
      continue;
    }
    findings.set(fingerprint, {
      fingerprint,
      rule: result.rule,
      severity: result.severity,
      subjectKind: result.subject.kind,
      subjectKey: key,
      subjects: [...(known?.subjects ?? []), result.subject.name, ...reached],
      message: result.message,
      evidence: evidenceOf(result),
    });
  }
  const all = [...findings.values()];
  for (const { subjects } of all) subjects.sort();
  return all.sort((a, b) => gravestFirst(a, b) || compareText(a.rule, b.rule));
}

/** A tag moves: a finding on an image also says which image it was. */
function evidenceOf({ subject, evidence }: RuleResult): Evidence[] {
  return subject.kind === 'image' ? [...evidence, imageInspected('Id', subject.id)] : evidence;
}

/**
 * Judgements that could not be made, each once per rule and stable subject. The reason names the containers
 * of a service that it is about where others of it were judged.
 */
export function undecided(results: readonly RuleResult[], snapshot: Snapshot): Undecided[] {
  const keyOf = subjectKeys(snapshot);
  const found: Undecided[] = [];
  for (const [rule, ofRule] of Map.groupBy(results, (result) => result.rule)) {
    const unknown = ofRule.filter(({ verdict }) => verdict === 'unknown');
    if (unknown.length === 0) continue;
    const judged = new Set<string | null>(
      unknown.length === ofRule.length
        ? []
        : ofRule.flatMap(({ verdict, subject }) => (verdict === 'unknown' ? [] : keyOf(subject))),
    );
    const bySubject = Map.groupBy(unknown, ({ subject }) =>
      subject.id === '' ? null : keyOf(subject),
    );
    for (const [subjectKey, alike] of bySubject) {
      const replicas = alike.map(({ subject, reason = 'not said' }) => {
        return { name: subject.name, reason };
      });
      const subjectKind = alike[0]?.subject.kind ?? 'container';
      const isOfSome = subjectKind === 'container' && judged.has(subjectKey);
      const reason = isOfSome ? reasonOfReplicas(replicas) : (replicas.at(-1)?.reason ?? '');
      found.push({ rule, subjectKind, subjectKey, reason });
    }
  }
  return found;
}

/** Names that a message spells out; all of them stand among the subjects. */
const NAMES_SHOWN = 10;

/** A failing result that becomes a finding, with the subjects that fail because of it alone. */
interface RootResult {
  result: RuleResult;
  /** Sorted names. */
  reached: string[];
}

/**
 * The failing results without those that another failing result of the same host already says: a
 * container that only has what the engine gives it is named by the engine's finding, and one of which
 * two rules say the same has one finding. A result whose cause was not judged a failure of the same
 * subject, or of the engine, stays on its own, so that nothing is lost.
 */
export function rootResults(results: readonly RuleResult[]): RootResult[] {
  const failing = results.filter(({ verdict }) => verdict === 'fail');
  const byRule = Map.groupBy(failing, ({ rule }) => rule);
  const reachedBy = new Map<RuleResult, Set<string>>();
  const roots = failing.filter((result) => {
    const causes = causesOf(result, byRule);
    for (const cause of causes) {
      const reached = reachedBy.get(cause) ?? new Set();
      if (result.subject.name !== cause.subject.name) reached.add(result.subject.name);
      reachedBy.set(cause, reached);
    }
    return causes.length === 0;
  });
  return roots.map((result) => {
    const reached = [...(reachedBy.get(result) ?? [])].sort();
    if (reached.length === 0) return { result, reached };
    const message = `${result.message}; this reaches ${enumerate(reached, NAMES_SHOWN)}`;
    return { result: { ...result, message }, reached };
  });
}

function causesOf(
  { cause, subject }: RuleResult,
  failingByRule: ReadonlyMap<string, readonly RuleResult[]>,
): readonly RuleResult[] {
  const named = cause === undefined ? [] : (failingByRule.get(cause) ?? []);
  return named.filter((one) => one.subject.kind !== subject.kind || one.subject.id === subject.id);
}
