import { QUESTION_LENGTH_MAX } from './split-question.ts';

const REASON =
  /[,;]?\s{0,3}\b(?:(?:with|and|for) )?(?:the |a )?(?:reason|because|rationale|justification)(?: is| being|:| =|=)?\s{0,3}["“]([^"“”]{1,400})["”]/i;

/** What is decided needs no word for its reason: “accept 1a2b3c4d, "until the new build is out"”. */
const DECISION =
  /\b(?:accept\w*|attest\w*|vouch\w*|certif\w+|confirm\w*|guarantee\w*|approv\w+|baseline|waive\w*|tolerate\w*|exempt\w*|exception|sign(?:ed)? off|liv(?:e|es|ing) with|put(?:ting)? up with|tak(?:e|es|ing) the risk)\b/i;
const ASKS = /(?:^|[.!?:]\s)\s{0,9}(?:which|what|who|how)\b|\?\s{0,9}$/i;
const QUOTED = /[,;:]?\s{0,3}["“]([^"“”\s]{1,60}\s[^"“”]{1,400})["”]/;

/** Something that is to be decided, up to why: no question for it, and nothing that was decided before. */
const DECIDES =
  /^(?:(?:please|pls|kindly|hereby|ok|okay|just|now|can|could|would|will|you|we|i|us|let|want|need|like|to|and|go|ahead) ){0,6}(?:accept|attest|approve|baseline|waive|tolerate|exempt|certify|vouch|withdraw)(?= )/i;
const BECAUSE = /,?\s{1,3}because(?: of)?\s{1,3}([^"“”]{1,400})$/i;
/** What follows a reason and is none: until when it holds, and whatever else was said. */
const BEHIND =
  /(?:[.!?;](?:\s|$)|,?\s(?:and|then)\s(?:then |also |please )?(?:show|list|tell|give|scan|check|what|which|who|how)\b|,?\s(?:for|until|till) (?:the next |another |next |a |one )?(?:\d{1,4}\s?(?:d|w|h|days?|weeks?|months?)\b|\d{4}-\d\d-\d\d|days?\b|weeks?\b|months?\b|year\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)).*$/is;

/**
 * A question, and the reason of a decision that somebody wrote in it, between quotation marks or behind “because”; null
 * without one.
 */
export function findReason(question: string): { rest: string; reason: string | null } {
  const text = question.slice(0, QUESTION_LENGTH_MAX);
  return findQuoted(text) ?? findBecause(text) ?? { rest: question, reason: null };
}

function findBecause(text: string): { rest: string; reason: string } | null {
  const [found = '', written = ''] = BECAUSE.exec(text) ?? [];
  const before = text.slice(0, text.length - found.length);
  if (found === '' || !DECIDES.test(before.trimStart()) || ASKS.test(before)) return null;
  const behind = BEHIND.exec(written)?.[0] ?? '';
  const reason = written.slice(0, written.length - behind.length).trim();
  return reason === ''
    ? null
    : { rest: `${before} ${behind.replace(/^[.!?;]\s*/, '. ')}`.trim(), reason };
}

function findQuoted(text: string): { rest: string; reason: string } | null {
  const quoted = QUOTED.exec(text);
  const around = text.replace(quoted?.[0] ?? '', () => ' ');
  const isDecided = DECISION.test(around) && !ASKS.test(around);
  const [found, written = ''] = REASON.exec(text) ?? (isDecided ? quoted : null) ?? [];
  const reason = written.trim();
  return found === undefined || reason === ''
    ? null
    : { rest: text.replace(found, () => ' '), reason };
}
