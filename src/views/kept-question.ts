import type { AnswerBase } from '../answers/answer-base.ts';
import { code, note, paragraph, strong, type View } from './document.ts';

/** A question was kept, because whoever asked it wanted that. */
export interface KeptQuestionAnswer extends AnswerBase {
  kind: 'kept-question';
  id: number;
  /** As it was kept. */
  question: string;
}

export const keptQuestion: View<KeptQuestionAnswer> = ({ id, question }) => ({
  headline: 'The question is kept',
  summary: [
    paragraph(strong('The question is kept: '), question),
    note(
      `It is number ${id}. Whoever runs Seawall reads it with `,
      code('seawall ask --misses'),
      ', without your name. It is erased after 90 days.',
    ),
  ],
  actions: [{ label: 'Erase it', intent: { kind: 'erase-question', id } }],
});
