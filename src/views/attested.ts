import type { AttestedAnswer } from '../answers/decision-answers.ts';
import { attestationLines } from './attestation-lines.ts';
import { code, heading, note, paragraph, type View } from './document.ts';

export const attested: View<AttestedAnswer> = ({ rule, attestations, isWithdrawn, next }) => {
  const title = isWithdrawn ? 'The word is taken back' : 'Vouched for';
  const effect = isWithdrawn
    ? 'From the next scan on the rule is unknown again.'
    : 'From the next scan on the rule passes with this word as its evidence, until the day it ends.';
  return {
    headline: `${title}: ${rule.id}`,
    summary: [
      heading(title),
      paragraph(code(rule.id), ` ${rule.title}`),
      ...attestationLines(attestations),
      note(effect),
    ],
    details: [],
    next,
  };
};
