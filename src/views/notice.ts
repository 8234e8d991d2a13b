import { paragraph, strong, type View } from './document.ts';

export const notice: View<'notice'> = ({ message, isDone, next }) => ({
  headline: message,
  summary: [paragraph(strong(message)), ...(isDone ? [] : [paragraph('Nothing was changed.')])],
  details: [],
  next,
});
