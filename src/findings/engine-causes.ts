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
 * container that only has what the engine gives it is named by the engine's finding. One whose cause
 * was not judged a failure stays on its own, so that nothing is lost.
 */
export function rootResults(results: readonly RuleResult[]): RootResult[] {
  const failing = results.filter(({ verdict }) => verdict === 'fail');
  const failingRules = new Set(failing.map(({ rule }) => rule));
  const hasCause = ({ cause }: RuleResult) => cause !== undefined && failingRules.has(cause);
  const consequences = failing.filter(hasCause);
  return failing
    .filter((result) => !hasCause(result))
    .map((result) => {
      const caused = consequences.filter(({ cause }) => cause === result.rule);
      const reached = [...new Set(caused.map(({ subject }) => subject.name))].sort();
      if (reached.length === 0) return { result, reached };
      const message = `${result.message}; this reaches ${enumerate(reached, NAMES_SHOWN)}`;
      return { result: { ...result, message }, reached };
    });
}
