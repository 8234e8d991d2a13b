import { QUESTION_LENGTH_MAX } from './split-question.ts';

const REASON =
  /[,;]?\s{0,3}\b(?:(?:with|and|for) )?(?:the |a )?(?:reason|because|rationale|justification)(?: is| being|:| =|=)?\s{0,3}["“]([^"“”]{1,400})["”]/i;

/** What is decided needs no word for its reason: “accept 1a2b3c4d, "until the new build is out"”. */
const DECISION =
  /\b(?:accept\w*|attest\w*|vouch\w*|certif\w+|confirm\w*|guarantee\w*|approv\w+|baseline|waive\w*|tolerate\w*|exempt\w*|exception|sign(?:ed)? off|liv(?:e|es|ing) with|put(?:ting)? up with|tak(?:e|es|ing) the risk)\b/i;
const ASKS = /(?:^|[.!?:]\s)\s{0,9}(?:which|what|who|how)\b|\?\s{0,9}$/i;
const QUOTED = /[,;:]?\s{0,3}["“]([^"“”\s]{1,60}\s[^"“”]{1,400})["”]/;

/** A question, and the reason of a decision that somebody wrote in it between quotation marks; null without one. */
export function findReason(question: string): { rest: string; reason: string | null } {
  const text = question.slice(0, QUESTION_LENGTH_MAX);
  const quoted = QUOTED.exec(text);
  const around = text.replace(quoted?.[0] ?? '', () => ' ');
  const isDecided = DECISION.test(around) && !ASKS.test(around);
  const [found, written = ''] = REASON.exec(text) ?? (isDecided ? quoted : null) ?? [];
  const reason = written.trim();
  return found === undefined || reason === ''
    ? { rest: question, reason: null }
    : { rest: text.replace(found, () => ' '), reason };
}
