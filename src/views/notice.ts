import type { NoticeAnswer } from '../answers/answer-base.ts';
import { paragraph, person, strong, type View } from './document.ts';

export const notice: View<NoticeAnswer> = ({ message, by, isDone }) => ({
  headline: message,
  summary: [
    paragraph(strong(message), ...(by === undefined ? [] : [' It was done by ', person(by), '.'])),
    !isDone && paragraph('Nothing was changed.'),
  ],
});
