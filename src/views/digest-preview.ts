import type { DigestPreviewAnswer } from '../answers/digest-schedule-answers.ts';
import { digest } from './digest.ts';
import { note, type View } from './document.ts';

export const digestPreview: View<DigestPreviewAnswer> = ({ digest: answer, next }) => {
  const document = digest(answer);
  return {
    ...document,
    headline: `Preview: ${document.headline}`,
    summary: [
      note('Preview of what the stored scans say. Nothing was scanned or posted.'),
      ...document.summary,
    ],
    next,
  };
};
