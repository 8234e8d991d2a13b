import type { Clues } from './clues.ts';
import type { Place } from './find-subjects.ts';

/** What stands before the verb of a request. */
const LEADS =
  /^(?:(?:please|pls|kindly|can|could|would|will|you|seawall|hey|hi|hello|just|now|i|we|want|need|to|let|us|go|and|ahead|like|d) )*/;
/** What Seawall never does, as the verb of a request. */
const DEEDS =
  /^(?:restart|reboot|revert|file|raise|stop|kill|delete|remove|deploy|install|uninstall|upgrade|update|pull|build|launch|shut ?down|shut|prune|clean|cleanup|migrate|rename|order|buy|book|write|translate|sing|play|call|email|mail|open|close|pause|unpause|resume|scale|rollback|roll|create|make|add|drop|block|ban|format|wipe|erase|destroy|copy|upload|push|merge|commit|patch|encrypt|decrypt|hack|attack|ssh|login|log|reset|rotate|change|edit|modify|set|turn|tail|start|spin|provision|isolate|quarantine|disconnect|connect|mount|unmount|chmod|sudo|cook|draw|generate|invite|pay|sell|send|schedule|remind|google|fix|harden|secure|run|enable|disable|accept|waive|suppress|approve|attest|vouch|revoke|unaccept|withdraw|retract|mute|exempt)$/;

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
  return DEEDS.test(tokens[from]?.text ?? '') && !isOpen && !isFiled ? { from, length: 1 } : null;
}
