import type { AnswerBase } from '../answers/answer-base.ts';
import { code, note, paragraph, type View } from './document.ts';

/** A line that decides, before its reason is written. */
export interface DecisionPreviewAnswer extends AnswerBase {
  kind: 'decision-preview';
  line: string;
  /** What its command does, as in the help. */
  summary: string;
}

export const decisionPreview: View<DecisionPreviewAnswer> = ({ line, summary, next }) => ({
  headline: line,
  summary: [
    paragraph(code(line)),
    note(`${summary}. The channel is told, with your name and your reason.`),
  ],
  details: [],
  next,
});
