import type { AnswerBase } from '../answers/answer-base.ts';
import { code, note, paragraph, type View } from './document.ts';

/** A line that decides, before its reason is written. */
export interface DecisionPreviewAnswer extends AnswerBase {
  kind: 'decision-preview';
  line: string;
  /** What its command does, as in the help. */
  summary: string;
  /** What is decided about, in sentences. */
  about: string[];
  /** False for what holds until somebody takes it back. */
  hasExpiry: boolean;
}

export const decisionPreview: View<DecisionPreviewAnswer> = ({ line, summary, about }) => ({
  headline: line,
  summary: [
    paragraph(code(line)),
    ...about.map((sentence) => paragraph(sentence)),
    note(`${summary}. The channel is told, with your name and your reason.`),
  ],
});
