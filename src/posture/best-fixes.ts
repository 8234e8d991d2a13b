import { fingerprintOf, subjectKeys } from '../findings/fingerprint.ts';
import type { RuleResult } from '../findings/result.ts';
import { type Reach, reachOf, worstWay } from '../paths/attack-paths.ts';
import type { AttackGraph, Edge } from '../paths/graph.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import { severities } from '../rules/rule.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { earnedRules, highestOf, type Posture } from './posture.ts';
import {
  countEach,
  earnedBy,
  earnedOver,
  type Grade,
  gradeOf,
  scoreOf,
  sharesOf,
} from './score.ts';

/** What one repaired finding would change. */
export interface Fix {
  rule: string;
  fingerprint: string;
  severity: Severity;
  /** Stable name of the subject, e.g. `ci` or `shop/web`. */
  subject: string;
  remediation: string;
  /** `Remove the socket mount from ci: 62 → 74`. */
  sentence: string;
  scoreBefore: number;
  scoreAfter: number;
  gradeAfter: Grade;
}

/** How many fixes an answer names. */
const FIXES_SHOWN = 3;

/** A failing rule and stable subject, as findings are made. */
interface Candidate {
  rule: Rule;
  key: string;
  first: RuleResult;
  severity: Severity;
  /** Ids of the failing subjects behind it. */
  subjectIds: ReadonlySet<string>;
  /** What the rule earns once they pass, 0 to 1. */
  earned: number;
}

export interface FixQuestion {
  rules: readonly Rule[];
  results: readonly RuleResult[];
  snapshot: Snapshot;
  graph: AttackGraph;
  posture: Pick<Posture, 'score'>;
  pathsUnknown: readonly string[];
}

/**
 * The three findings whose repair lifts the score most, best first. Each is judged alone and by the
 * whole arithmetic: the results of its rule for its subject count as passed, steps of the attack
 * graph that exist only because of it are taken out, and the reach of an attacker is found anew.
 * Other findings with the same cause stay as they are, so the true gain is at least what is said.
 */
export function bestFixes(question: FixQuestion): Fix[] {
  const { rules, graph, pathsUnknown, posture } = question;
  const { score } = posture;
  if (score === null) return [];
  const byRule = Map.groupBy(question.results, ({ rule }) => rule);
  const earned = earnedRules(rules, byRule);
  const way = worstWay(graph, 'unproven');

  const shareAfter = memoized((rule: string) => lineOf(earned, rule));
  const reachAfter = ({ rule, subjectIds }: Candidate): Reach => {
    const isGone = (edge: Edge) => edge.rules.includes(rule.id) && subjectIds.has(edge.subjectId);
    // A repair that leaves the worst way whole leaves the reach as it is.
    return reachOf(way?.edges.some(isGone) ? worstWay(graph, 'unproven', isGone) : way);
  };

  return candidatesOf(rules, byRule, question.snapshot)
    .map((candidate) => {
      const share = shareAfter(candidate.rule.id)(candidate.earned);
      const highest = highestOf({ worst: reachAfter(candidate), pathsUnknown });
      return { candidate, exact: share * highest, after: scoreOf(share, highest) };
    })
    .filter(({ after }) => after > score)
    .sort((a, b) => b.exact - a.exact || compareText(nameOf(a.candidate), nameOf(b.candidate)))
    .slice(0, FIXES_SHOWN)
    .map(({ candidate, after }) => toFix(candidate, score, after));
}

/** The share of all points as what one rule earns changes: a straight line, so two points do. */
function lineOf(earned: ReturnType<typeof earnedRules>, rule: string): (earned: number) => number {
  const at = (value: number) =>
    sharesOf(earned.map((one) => (one.rule === rule ? { ...one, earned: value } : one))).total ?? 0;
  const [none, all] = [at(0), at(1)];
  return (value) => none + (all - none) * value;
}

function memoized<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

function candidatesOf(
  rules: readonly Rule[],
  byRule: ReadonlyMap<string, readonly RuleResult[]>,
  snapshot: Snapshot,
): Candidate[] {
  const keyOf = subjectKeys(snapshot);
  return rules.flatMap((rule) => {
    const results = byRule.get(rule.id) ?? [];
    const failing = results.filter(({ verdict }) => verdict === 'fail');
    const groups = Map.groupBy(failing, ({ subject }) => keyOf(subject));
    const earnedWithout = withoutGroup(rule, results);
    return [...groups].flatMap(([key, group]): Candidate[] => {
      const [first] = group;
      if (!first) return [];
      return [
        {
          rule,
          key,
          first,
          severity: severities.findLast((one) => group.some((r) => r.severity === one)) ?? 'low',
          subjectIds: new Set(group.map(({ subject }) => subject.id)),
          earned: earnedWithout(group),
        },
      ];
    });
  });
}

/**
 * What a rule would earn with a group of its failing results passed. Results that earn alike are
 * counted, not walked through: a host may have a thousand of each.
 */
function withoutGroup(
  rule: Rule,
  results: readonly RuleResult[],
): (group: readonly RuleResult[]) => number {
  const earnedOne = ({ verdict, severity }: RuleResult) =>
    earnedBy(verdict, severity, rule.severity);
  const counts = countEach(results.map(earnedOne));
  return (group) => {
    const left = new Map(counts);
    for (const [value, count] of countEach(group.map(earnedOne))) {
      left.set(value, (left.get(value) ?? 0) - count);
    }
    left.set(1, (left.get(1) ?? 0) + group.length);
    return earnedOver(left) ?? 1;
  };
}

function toFix({ rule, key, first, severity }: Candidate, before: number, after: number): Fix {
  return {
    rule: rule.id,
    fingerprint: fingerprintOf(first, key),
    severity,
    subject: key,
    remediation: rule.remediation,
    sentence: `${fixWords(rule, key)}: ${before} → ${after}`,
    scoreBefore: before,
    scoreAfter: after,
    gradeAfter: gradeOf(after),
  };
}

/** A fix in one clause, e.g. `Remove the socket mount from ci`. `subject` is a stable name. */
export function fixWords({ fix, ...rule }: Pick<Rule, 'fix' | 'subject'>, subject: string): string {
  const named = rule.subject === 'engine' || rule.subject === 'host' ? `the ${subject}` : subject;
  // A replacement function: `$&` in a name is text.
  return fix.words.replace('{}', () => named);
}

const nameOf = ({ rule, key }: Candidate): string => `${rule.id} ${key}`;
const compareText = (a: string, b: string): number => Number(a > b) - Number(a < b);
