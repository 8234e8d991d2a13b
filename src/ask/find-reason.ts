import { QUESTION_LENGTH_MAX } from './split-question.ts';

const REASON =
  /[,;]?\s{0,3}\b(?:(?:with|and|for) )?(?:the |a )?(?:reason|because|rationale|justification)(?: is| being|:| =|=)?\s{0,3}["“]([^"“”]{1,400})["”]/i;

/** A question, and the reason of a decision that somebody wrote in it between quotation marks; null without one. */
export function findReason(question: string): { rest: string; reason: string | null } {
  const text = question.slice(0, QUESTION_LENGTH_MAX);
  const [found, written = ''] = REASON.exec(text) ?? [];
  const reason = written.trim();
  return found === undefined || reason === ''
    ? { rest: question, reason: null }
    : { rest: text.replace(found, () => ' '), reason };
}
