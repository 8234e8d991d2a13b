import type { AnswerBase } from '../answers/answer-base.ts';
import { lineFor } from '../inspections/find-finding.ts';
import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { listed } from '../shared/text.ts';
import { code, heading, note, paragraph, strong, type View } from './document.ts';

export interface AcceptedAnswer extends AnswerBase {
  kind: 'accepted';
  acceptance: StoredAcceptance;
  finding: Pick<StoredFinding, 'message' | 'evidence' | 'subjects'>;
}

export const accepted: View<AcceptedAnswer> = ({ acceptance, finding }) => {
  const { rule, host, by, until, reason, severity } = acceptance;
  const day = until.slice(0, 10);
  const where = `${listed(finding.subjects)} on ${host}`;
  return {
    headline: `Accepted until ${day}: ${rule} for ${where}`,
    summary: [
      heading(`Accepted until ${day}`),
      paragraph(strong(severity), ' ', code(rule), ` ${where}: ${finding.message}`),
      paragraph(strong('Reason: '), `${reason} (${by})`),
      paragraph(strong('Rests on: '), boundTo(acceptance.binding)),
      note(
        'It ends when one of these changes or the severity rises. End it earlier with ',
        code(lineFor('unaccept', acceptance)),
        '.',
      ),
    ],
  };
};

/** The facts that an acceptance rests on, in one line. */
export function boundTo(binding: readonly { name: string; values: readonly string[] }[]): string {
  return binding
    .filter(({ values }) => values.length > 0)
    .map(({ name, values }) => `${name} ${listed(values, 3)}`)
    .join('; ');
}
