import type { Clues } from './clues.ts';
import type { Place } from './find-subjects.ts';
import { deeds } from './words/deeds.ts';

/** What stands before the verb of a request. */
const LEADS =
  /^(?:(?:please|pls|kindly|can|could|would|will|you|seawall|hey|hi|hello|just|now|i|we|want|need|to|let|us|go|and|ahead|like|d) )*/;
/** What is open, and is not to be opened. */
const OPEN_ONES = /^(?:finding|issue|problem|risk|violation|port|item|question|check)$/;

/** What is filed of these is a decision. */
const DECISIONS = /\b(?:acceptance|exception|exemption|waiver)s?\b/;

/** “Open the record of redis”. */
const PAGES = /^(?:record|detail|page|card|profile|entry|view|sheet|facts?|file)$/;

/** The verb of a request that is none of a question, e.g. of “restart redis”. */
export function foreignDeed({ reading: { tokens } }: Clues): Place | null {
  const text = tokens.map((token) => token.text).join(' ');
  const told =
    /^who(?: last| has| have| just)* (?=(?:deployed|redeployed|released|merged|pushed|committed|wrote|reviewed)\b)/.exec(
      text,
    )?.[0];
  if (told !== undefined) return { from: told.trim().split(' ').length, length: 1 };
  const lead = LEADS.exec(`${text} `)?.[0] ?? '';
  const from = lead === '' ? 0 : lead.trim().split(' ').length;
  const next = tokens[from + 1];
  const isOpen =
    tokens[from]?.text === 'open' &&
    (OPEN_ONES.test(next?.word ?? '') ||
      !/^(?:an?|the|our|my|new)$/.test(next?.text ?? '') ||
      PAGES.test(tokens[from + 2]?.word ?? ''));
  const isFiled =
    /^(?:file|raise)$/.test(tokens[from]?.text ?? '') &&
    (!/^(?:an?|the|our|my|new)$/.test(next?.text ?? '') || DECISIONS.test(text));
  return deeds.has(tokens[from]?.text ?? '') && !isOpen && !isFiled ? { from, length: 1 } : null;
}
