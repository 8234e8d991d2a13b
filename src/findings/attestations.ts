import type { Rule } from '../rules/rule.ts';
import type { Reading } from '../shared/reading.ts';
import { type Decision, decisionState } from './acceptance.ts';
import type { RuleResult } from './result.ts';

/** Scope of an attestation that speaks of every host, also of those that come later. */
export const EVERY_HOST = '*';

/** A person's word on a rule that no evidence can answer. */
export interface Attestation extends Decision {
  rule: string;
  /** Name of a host, or `EVERY_HOST`. */
  scope: string;
}

/**
 * Lets people's word answer what facts could not: an `unknown` of an attestable rule becomes `pass`
 * with a fresh attestation as its evidence. One that ended, or none, leaves it `unknown` and says so.
 * `pass` and `fail` by facts stay. Unread attestations leave the rule `unknown` for that reason. `takenAt` is the ISO time of the snapshot.
 */
export function applyAttestations(
  results: readonly RuleResult[],
  rules: readonly Pick<Rule, 'id' | 'isAttestable'>[],
  attestations: Reading<readonly Attestation[]>,
  snapshot: { host: string; takenAt: string },
): RuleResult[] {
  const at = Date.parse(snapshot.takenAt);
  const attestable = new Set(rules.filter((rule) => rule.isAttestable).map(({ id }) => id));
  const words = attestations.state === 'read' ? attestations.value : [];
  const inScope = words.filter(({ scope }) => [EVERY_HOST, snapshot.host].includes(scope));
  return results.map((result) => {
    if (result.verdict !== 'unknown' || !attestable.has(result.rule)) return result;
    if (attestations.state === 'unread') {
      return { ...result, reason: `attestations were not read: ${attestations.reason}` };
    }
    const own = inScope.filter(({ rule }) => rule === result.rule);
    const fresh = own.filter((one) => decisionState(one, at) === 'in-force').sort(longestFirst)[0];
    if (fresh !== undefined) return attested(result, fresh);
    const lapsed = own.filter((one) => decisionState(one, at) === 'expired').sort(longestFirst)[0];
    return { ...result, reason: `${result.reason ?? 'not said'}; ${missing(result.rule, lapsed)}` };
  });
}

const longestFirst = (a: Attestation, b: Attestation) => Date.parse(b.until) - Date.parse(a.until);

function attested({ reason: _reason, ...result }: RuleResult, word: Attestation): RuleResult {
  const { by, madeAt, until, reason } = word;
  return {
    ...result,
    verdict: 'pass',
    message: `${by} vouches for it until ${until.slice(0, 10)}: ${reason}`,
    evidence: [
      ...result.evidence,
      {
        path: 'attestation',
        value: reason,
        source: `attestation by ${by} of ${madeAt.slice(0, 10)} until ${until.slice(0, 10)}`,
      },
    ],
  };
}

function missing(rule: string, lapsed: Attestation | undefined): string {
  if (lapsed === undefined) return `nobody has attested it (attest ${rule})`;
  const { by, until } = lapsed;
  return `the word of ${by} expired on ${until.slice(0, 10)} (attest ${rule})`;
}
