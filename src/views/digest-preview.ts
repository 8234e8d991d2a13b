import type { AnswerBase } from '../answers/answer-base.ts';
import type { DigestAnswer } from '../answers/digest-answer.ts';
import { digest } from './digest.ts';
import { note, type View } from './document.ts';

/** What today's digest would say of the data there is; nothing is scanned or posted. */
export interface DigestPreviewAnswer extends AnswerBase {
  kind: 'digest-preview';
  channel: string;
  digest: DigestAnswer;
}

export const digestPreview: View<DigestPreviewAnswer> = ({ digest: answer }) => {
  const document = digest(answer);
  return {
    ...document,
    headline: `Preview: ${document.headline}`,
    summary: [
      note('Preview from the stored scans. Nothing was scanned or posted.'),
      ...document.summary,
    ],
  };
};
