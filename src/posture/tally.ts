import type { Coverage, RuleResult } from '../findings/result.ts';
import type { Severity, Verdict } from '../rules/rule.ts';

/** How many results of one rule have this verdict and severity. */
export interface Tallied {
  verdict: Verdict;
  severity: Severity;
  times: number;
}

/** The results of one rule. */
export interface Tally {
  /** Results that count alike, counted. */
  counts: readonly Tallied[];
  /** Those that fail, as they stand. */
  failing: readonly RuleResult[];
}

/** The results of each rule by its id. Rules without one are left out. */
export type Tallies = ReadonlyMap<string, Tally>;

/** Counts results once, so that nobody walks through a thousand of a kind again. */
export function tallyOf(results: readonly RuleResult[]): Tallies {
  const tallies = new Map<string, { counts: Tallied[]; failing: RuleResult[] }>();
  for (const result of results) {
    const { rule, verdict, severity } = result;
    const tally = tallies.get(rule) ?? { counts: [], failing: [] };
    if (tally.counts.length === 0) tallies.set(rule, tally);
    const known = findAlike(tally.counts, verdict, severity);
    if (known) known.times += 1;
    else tally.counts.push({ verdict, severity, times: 1 });
    if (verdict === 'fail') tally.failing.push(result);
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
  for (const { counts: ofRule } of tallies.values()) {
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
