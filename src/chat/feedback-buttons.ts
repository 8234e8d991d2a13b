import type { Answer } from '../views/answer.ts';
import type { Action, Document } from '../views/document.ts';

/** Two buttons below the answer to a question in plain English: whether it was understood. */
export function withFeedback(
  document: Document,
  { understood }: Answer,
  question: string | null,
): Document {
  if (understood === undefined) return document;
  const action = (isGood: boolean, label: string): Action => ({
    label,
    intent: { kind: 'feedback', isGood, line: understood.line, question: isGood ? null : question },
  });
  return { ...document, feedback: [action(true, 'Understood'), action(false, 'Not what I asked')] };
}
