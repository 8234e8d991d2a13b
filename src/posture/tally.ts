import type { Coverage, RuleResult } from '../findings/result.ts';
import type { Severity, Verdict } from '../rules/rule.ts';

/** How many results of one rule have this verdict and severity. */
export interface Tallied {
  verdict: Verdict;
  severity: Severity;
  times: number;
}

/** Results that count alike, counted, by the id of their rule. Rules without one are left out. */
export type Tallies = ReadonlyMap<string, readonly Tallied[]>;

/** Counts results once, so that nobody walks through a thousand of a kind again. */
export function tallyOf(results: readonly RuleResult[]): Tallies {
  const tallies = new Map<string, Tallied[]>();
  for (const { rule, verdict, severity } of results) {
    const ofRule = tallies.get(rule) ?? [];
    if (ofRule.length === 0) tallies.set(rule, ofRule);
    const known = findAlike(ofRule, verdict, severity);
    if (known) known.times += 1;
    else ofRule.push({ verdict, severity, times: 1 });
  }
  return tallies;
}

/** Written out, since it is asked of tens of thousands. */
function findAlike(
  counted: readonly Tallied[],
  verdict: Verdict,
  severity: Severity,
): Tallied | undefined {
  for (const one of counted) if (one.verdict === verdict && one.severity === severity) return one;
  return undefined;
}

/** Counts over all rules; what is unknown or does not apply earns nothing. */
export function coverageOf(tallies: Tallies): Coverage {
  const counts = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 };
  for (const ofRule of tallies.values()) {
    for (const { verdict, times } of ofRule) counts[verdict] += times;
  }
  const answered = counts.pass + counts.fail;
  const notApplicable = counts['not-applicable'];
  return {
    answered,
    unknown: counts.unknown,
    notApplicable,
    total: answered + counts.unknown + notApplicable,
  };
}
