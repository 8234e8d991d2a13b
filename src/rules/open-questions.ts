import type { Evidence } from '../snapshot/evidence.ts';
import type { Policy } from './policy.ts';
import { type Judgement, unknown } from './rule.ts';

/**
 * What to say when only the team can tell right from wrong and did not. `question` completes
 * "nobody said …"; the reason names the setting to set.
 */
export function needsPolicy(
  setting: keyof Policy,
  question: string,
  evidence: Evidence[] = [],
): Judgement {
  return unknown(`nobody said ${question}: set policy.${setting} in seawall.yml`, evidence);
}

/**
 * What to say of a control that no evidence answers as long as no person does; `why` says what is out
 * of sight, and where the person may look.
 */
export function needsAttestation(
  rule: string,
  evidence: Evidence[] = [],
  why: string | null = null,
): Judgement {
  const ask = `a person must answer: /seawall attest ${rule}`;
  return unknown(why === null ? ask : `${why}; ${ask}`, evidence);
}
