import type { AnswerBase } from '../answers/answer-base.ts';
import { note, paragraph, type View } from './document.ts';

/** Somebody said whether a question was understood. */
export interface FeedbackAnswer extends AnswerBase {
  kind: 'feedback';
  isGood: boolean;
  /** The question, where it can be kept; else null. */
  question: string | null;
}

export const feedback: View<FeedbackAnswer> = ({ isGood, question }) => ({
  headline: 'Thank you, that is counted.',
  summary: [
    paragraph('Thank you, that is counted.'),
    !isGood && paragraph('Ask again in other words, or type a line of the help.'),
    question !== null &&
      note(
        'Only the number is stored. With “Keep this question” its text is kept for 90 days, without your name.',
      ),
  ],
  ...(question !== null && {
    actions: [{ label: 'Keep this question', intent: { kind: 'keep-question', question } }],
  }),
});
