import type { AnswerBase } from '../answers/answer-base.ts';
import { EVERY_HOST } from '../findings/attestations.ts';
import type { StoredAttestation } from '../ports/acceptance-store.ts';
import type { Rule } from '../rules/rule.ts';
import { code, heading, list, note, type Part, paragraph, type View } from './document.ts';

/** A person vouched for a rule, or took the word back. */
export interface AttestedAnswer extends AnswerBase {
  kind: 'attested';
  rule: Pick<Rule, 'id' | 'title'>;
  attestations: StoredAttestation[];
  isWithdrawn: boolean;
}

export const attested: View<AttestedAnswer> = ({ rule, attestations, isWithdrawn }) => {
  const title = isWithdrawn ? 'Attestation withdrawn' : 'Vouched for';
  const effect = isWithdrawn
    ? 'After the next scan the rule is unknown again.'
    : 'After the next scan the rule passes until the attestation ends; the attestation is its evidence.';
  return {
    headline: `${title}: ${rule.id}`,
    summary: [
      heading(title),
      paragraph(code(rule.id), ` ${rule.title}`),
      ...attestationLines(attestations),
      note(effect),
    ],
  };
};

/** One line per attestation: the rule, where, who, why and until when. Nobody is called by it. */
export const attestationLines = (attestations: readonly StoredAttestation[]): Part[] =>
  list(
    attestations.map(({ rule, scope, by, until, reason }) => [
      code(rule),
      ` on ${scope === EVERY_HOST ? 'every host' : scope}: ${by} until ${until.slice(0, 10)}: ${reason}`,
    ]),
  );
