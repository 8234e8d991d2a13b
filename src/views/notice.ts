import type { NoticeAnswer } from '../answers/answer-base.ts';
import { paragraph, strong, type View } from './document.ts';

export const notice: View<NoticeAnswer> = ({ message, isDone, next }) => ({
  headline: message,
  summary: [paragraph(strong(message)), !isDone && paragraph('Nothing was changed.')],
  next,
});
