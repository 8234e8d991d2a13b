import type { AnswerBase } from '../answers/answer-base.ts';
import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import { code, heading, note, paragraph, strong, type View } from './document.ts';

/** An acceptance was taken back. */
export interface UnacceptedAnswer extends AnswerBase {
  kind: 'unaccepted';
  acceptance: StoredAcceptance;
  /** True when the finding is there still, and counts again. */
  isOpen: boolean;
}

export const unaccepted: View<UnacceptedAnswer> = ({ acceptance, isOpen }) => {
  const { rule, subjectKey, host, ended, by, madeAt, reason, severity } = acceptance;
  const title = 'No longer accepted';
  const now = isOpen ? 'It counts again.' : 'It is not open at the moment.';
  return {
    headline: `${title}: ${rule} for ${subjectKey} on ${host}`,
    summary: [
      heading(title),
      paragraph(strong(severity), ' ', code(rule), ` ${subjectKey} on ${host}. ${now}`),
      note(`${by} had accepted it on ${madeAt.slice(0, 10)}: ${reason}`),
      ended && note(`Withdrawn by ${ended.by}.`),
    ],
  };
};
