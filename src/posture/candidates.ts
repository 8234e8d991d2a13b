import { subjectKeys } from '../findings/fingerprint.ts';
import type { RuleResult } from '../findings/result.ts';
import { containerKey } from '../rules/container-key.ts';
import { gravestFirst, type Rule, type Severity, severities } from '../rules/rule.ts';
import { once } from '../shared/once.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { countEach, earnedBy, earnedOver } from './score.ts';
import type { Tallied, Tallies } from './tally.ts';
import type { Change, WayClosing } from './way-closing.ts';

/** A failing rule and stable subject, as findings are made. */
export interface Finding {
  rule: Rule;
  key: string;
  first: RuleResult;
  severity: Severity;
  /** Ids of the failing subjects behind it. */
  subjectIds: readonly string[];
  /** What the rule earns once they pass, 0 to 1. */
  earned: number;
}

/** Findings of one subject that are repaired together. */
export interface Candidate extends Change {
  findings: [Finding, ...Finding[]];
}

/**
 * What could be repaired: the findings of a container on which its sure ways to the host rest are
 * repaired together, every other finding alone.
 */
export function candidatesOf(
  findings: readonly Finding[],
  snapshot: Snapshot,
  closing: WayClosing,
): Candidate[] {
  const ofContainers = findings.filter(({ rule }) => rule.subject === 'container');
  const byKey = Map.groupBy(ofContainers, ({ key }) => key);
  const grouped = new Set<Finding>();
  const candidates: Candidate[] = [];
  /** Those of a container's findings that a change repairs. */
  const add = (key: string, changeOf: (isFailing: (rule: string) => boolean) => Change): void => {
    const own = byKey.get(key) ?? [];
    const change = changeOf((id) => own.some(({ rule }) => rule.id === id));
    const [first, ...others] = own
      .filter(({ rule }) => change.rules.has(rule.id))
      .sort(gravestFirst);
    if (!first) return;
    candidates.push({ ...change, findings: [first, ...others] });
    for (const one of [first, ...others]) grouped.add(one);
  };

  const containers = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  for (const [key, replicas] of Map.groupBy(containers, containerKey)) {
    const ids = replicas.map(({ id }) => id);
    if (!closing.isWayFrom(ids)) continue;
    const subjectIds = new Set(ids);
    add(key, (isFailing) => ({ rules: closing.rulesAgainst(subjectIds, isFailing), subjectIds }));
  }
  const alone = once((rule: string): ReadonlySet<string> => new Set([rule]));
  for (const finding of findings) {
    if (grouped.has(finding)) continue;
    const { rule, key } = finding;
    const change: Change = { rules: alone(rule.id), subjectIds: new Set(finding.subjectIds) };
    if (!closing.isHidingBehind(change)) candidates.push({ ...change, findings: [finding] });
    else add(key, (isFailing) => ({ ...change, rules: closing.withHidden(change, isFailing) }));
  }
  return candidates;
}

/** Whether a finding is to be looked at further. */
export type IsWorth = (finding: Pick<Finding, 'rule' | 'earned'>) => boolean;

/** Failing results as findings that are worth it, in the order of the rules. More earned is worth no less. */
export function findingsOf({
  rules,
  tallies,
  snapshot,
  isWorth,
}: {
  rules: readonly Rule[];
  tallies: Tallies;
  snapshot: Snapshot;
  isWorth: IsWorth;
}): Finding[] {
  const keyOf = subjectKeys(snapshot);
  return rules.flatMap((rule) => {
    const { counts, failing } = tallies.get(rule.id) ?? { counts: [], failing: [] };
    if (failing.length === 0 || !isWorth({ rule, earned: 1 })) return [];
    const groups = Map.groupBy(failing, ({ subject }) => keyOf(subject));
    const earnedWithout = withoutGroup(rule, counts);
    return [...groups].flatMap(([key, group]): Finding[] => {
      const [first] = group;
      const earned = earnedWithout(group);
      if (!first || !isWorth({ rule, earned })) return [];
      const subjectIds = group.map(({ subject }) => subject.id);
      return [{ rule, key, first, severity: worstIn(group), subjectIds, earned }];
    });
  });
}

function worstIn(group: readonly RuleResult[]): Severity {
  let worst: Severity = 'low';
  for (const { severity } of group)
    if (severities.indexOf(severity) > severities.indexOf(worst)) worst = severity;
  return worst;
}

/** What a rule would earn with a group of its failing results passed. */
function withoutGroup(
  rule: Rule,
  tallied: readonly Tallied[],
): (group: readonly RuleResult[]) => number {
  const earnedOne = ({ verdict, severity }: Pick<Tallied, 'verdict' | 'severity'>) =>
    earnedBy(verdict, severity, rule.severity);
  const counts = countEach(tallied, earnedOne);
  const alone = new Map<Severity, number>();
  const without = (group: readonly RuleResult[]): number => {
    const left = new Map(counts);
    for (const one of group) {
      const value = earnedOne(one) ?? 0;
      left.set(value, (left.get(value) ?? 0) - 1);
    }
    left.set(1, (left.get(1) ?? 0) + group.length);
    return earnedOver(left) ?? 1;
  };
  return (group) => {
    const [first, other] = group;
    if (!first || other) return without(group);
    // Most groups are of one, of whom nothing counts but the severity.
    const known = alone.get(first.severity) ?? without(group);
    alone.set(first.severity, known);
    return known;
  };
}
