import type { Policy } from './policy.ts';
import type { Evidence, Judgement } from './rule.ts';

/**
 * What to say when only the team can tell right from wrong and did not. `question` completes
 * "nobody said …"; the reason names the setting to set.
 */
export function needsPolicy(
  setting: keyof Policy,
  question: string,
  evidence: Evidence[] = [],
): Judgement {
  const reason = `nobody said ${question}: set policy.${setting} in seawall.yml`;
  return { verdict: 'unknown', reason, evidence };
}

/**
 * What to say of a control that only the state of the host's kernel answers. `reads` completes
 * "needs evidence level kernel, which reads …".
 */
export function needsKernel(reads: string, evidence: Evidence[] = []): Judgement {
  return {
    verdict: 'unknown',
    reason: `needs evidence level kernel, which reads ${reads}`,
    evidence,
  };
}

/** What to say of a control that no evidence answers as long as no person does. */
export function needsAttestation(rule: string, evidence: Evidence[] = []): Judgement {
  return { verdict: 'unknown', reason: `a person must answer: /seawall attest ${rule}`, evidence };
}
