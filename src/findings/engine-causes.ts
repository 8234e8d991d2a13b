import { enumerate } from '../rules/words.ts';
import type { RuleResult } from './result.ts';

/** Names that a message spells out; all of them stand among the subjects. */
const NAMES_SHOWN = 10;

/** A failing result that becomes a finding, with the subjects that fail because of it alone. */
export interface RootResult {
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
