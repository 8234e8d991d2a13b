import type { ProblemAnswer } from '../answers/answer-base.ts';
import { code, inWords, note, paragraph, strong, type View } from './document.ts';

export const problem: View<ProblemAnswer> = ({
  message,
  hint,
  correctedLine,
  reference,
  form,
}) => ({
  headline: message,
  summary: [
    paragraph(strong(message)),
    correctedLine !== null && paragraph('Did you mean ', code(correctedLine), '?'),
    // Of a command without words the usage is the line itself.
    hint !== null && hint !== correctedLine && paragraph(...inWords(hint)),
    reference !== null && note(`Reference ${reference}`),
  ],
  ...(form && { actions: [{ label: 'Write the reason …', intent: form }] }),
});
