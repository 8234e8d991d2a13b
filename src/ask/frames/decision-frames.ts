import { isVulnerabilityId } from '../../inspections/vulnerability-id.ts';
import { quoteWord } from '../../shared/text.ts';
import type { Clues } from '../clues.ts';
import { findMeantRule } from '../find-topic.ts';
import { range } from '../lexicon.ts';
import { type Offer, offer, type Taken } from '../offer.ts';
import type { Frame, Vocabulary } from './frame.ts';
import { looksLikePackage } from './image-frames.ts';

const DECISION_IDEAS =
  'DECIDE_VERB DECIDE_ACCEPT DECIDE_UNACCEPT DECIDE_ATTEST DECIDE_BASELINE DID_ACCEPT DID_ATTEST SOFTWARE FINDING RISK ACCEPTED CONTAINER HOST LIST ROOT PRIVILEGED HOST_NETWORK HOST_PID DOCKER_SOCKET SENSITIVE_MOUNT DEVICE PUBLIC PUBLISHED VULN FIX STATE_OK VIOLATE START NO OFF NOT LIMIT MEMORY CPU PIDS SECCOMP APPARMOR OK_THING INSPECT ADDED_CAPABILITY WRITABLE HEALTHCHECK MUTABLE_TAG ENV SECRET AGAIN EVERYWHERE';

/** What stands before the verb of a decision. */
const LEADS =
  /^(?:(?:please|pls|kindly|hereby|today|now|just|can|could|would|will|should|shall|must|you|we|i|us|let|want|wants|like|need|have|decided|decide|agreed|agree|going|somebody|someone|anybody|are|am|is|to|go|ahead|and|do|the|team|management|seawall|have) )+/;
const ACCEPTS =
  /^(?:(?:accept|waive|suppress|ignore|mute|tolerate|exempt|acknowledge|sign off|live with)\b|(?:grant|add|register|create|record|make|file|note|put|enter|request)\b.{0,20}\b(?:acceptance|exception|exemption|waiver)s?\b|(?:risk )?(?:acceptance|exception|exemption|waiver)\b|mark\b.{0,80}\bas (?:an )?accept|(?:the )?risk accepted\b)|\bbe (?:accepted|waived|tolerated|exempted)\b|\b(?:want|need|request|like|grant)\b.{0,20}\ban? (?:\w{1,12} )?(?:exception|exemption|waiver|acceptance)\b/;
const UNDOES =
  /^(?:unaccept|not accept|revoke|withdraw|take back|take\b.{0,80}\bback\b|retract|stop accepting|no longer accept|stop ignoring|rescind|undo|revert|forget|cancel|remove|delete|drop|lift|end|void|reopen|reverse|repeal)\b|\b(?:acceptance|exception|exemption|waiver)\b.{0,80}\b(?:withdr[ae]wn?|(?:not|no longer) (?:needed|necessary|required|valid|wanted)|revoked?|undone|cancell?ed|retracted|rescinded|reversed|lifted)\b/;
/** Said of what was accepted until now. */
const NO_LONGER =
  /\b(?:needs?|requires?) no (?:\w{1,9} )?(?:acceptance|exception|exemption|waiver)s?\b|\b(?:not|no longer|never)(?: to)?(?: be)?(?: want to)? (?:accept(?:ed|able)?|tolerated|waived|exempted)\b(?: any ?more| any longer)?|\b(?:withdraw|revoke|retract|undo|cancel|take back|rescind|reverse)\w* (?:that|this|the|its|our|his|her|any) (?:old |earlier |former )?(?:risk )?(?:acceptance|exception|exemption|waiver)\b|\baccepted\b.{0,80}\b(?:should|must|shall|has to|needs to|will|to) (?:count|show|fail|be (?:open|reported|shown|counted|listed))\b.{0,20}\b(?:again|once more|as open)\b|^\S+(?: \S+){0,5} (?:should|shall|must|has to|needs to|is to|ought to) (?:count|show|be (?:open|reported|shown|counted|listed)) (?:again|once more)\b/;
const ASKS =
  /^(?:who|which|what|when|why|how|is|are|was|were|did|does|do|has|list|show|(?:should|shall|must) (?:i|we))\b/;

/** Decisions, of which the line is given and never run. */
export const decisions: Frame = (clues, { rules }: Vocabulary) => {
  const text = clues.text().replace(LEADS, '');
  const { container, reading } = clues;
  if (ASKS.test(clues.text()) || clues.says(/\b(?:if|whether)\b/)) return [];
  const packages = reading.vulnerability === null ? [] : packageIn(text);
  const takes: Taken[] = ['container', 'topic', 'vulnerability', 'control', 'code', 'deadline'];
  if (packages.length > 0) takes.push('strange');
  const rule = findMeantRule(clues, rules);
  const more = { takes, hasNoTime: true, ...(rule !== null && { topic: rule }) };
  const because = reading.reason === null ? '' : ` --reason ${quoteWord(reading.reason)}`;
  const flags = because + untilFlag(clues, text);
  const decided = (line: readonly string[], score: number, rest = ''): Offer[] => {
    const [command = '', ...words] = line;
    return [offer(command, words, score, DECISION_IDEAS, { ...more, flags: rest })];
  };
  const isUndone = UNDOES.test(text) || NO_LONGER.test(text);
  const isOfBaseline = clues.says(
    /\b(?:baselines?|approved state|reference state|what (?:we|i|was|they) (?:have |had |been )*approved)\b/,
  );
  if (container !== null && isOfBaseline && isUndone)
    return decided(['baseline', 'withdraw', container], 0.95, because);
  if (container !== null && (isOfBaseline || clues.has('DECIDE_BASELINE')) && BASELINES.test(text))
    return decided(['baseline', 'approve', container], 1.1, because);
  if (rule !== null && isUndone && clues.says(/\b(?:attest\w*|vouch\w*)\b/))
    return decided(['attest', rule.word], 0.95, ' --withdraw');
  if (rule !== null && ATTESTS.test(text)) return decided(['attest', rule.word], 0.95, flags);
  const named = namedIn(clues, rule?.word ?? null, packages);
  if (named.length === 0) return [];
  const isWhole = named.length > 1 || reading.vulnerability !== null || reading.code !== null;
  const isOfDecision = clues.has('DECIDE_UNACCEPT|DECIDE_ACCEPT|ACCEPTED') && !UNMEANT.test(text);
  if (isUndone && isOfDecision && (isWhole || clues.has('ACCEPTED') || OF_ACCEPT.test(text)))
    return decided(['unaccept', ...named], 0.95);
  return ACCEPTS.test(text) && !isUndone
    ? decided(['accept', ...named], isWhole ? 0.95 : 0.5, flags)
    : [];
};

/** “Unaccept redis”, “undo the accept on redis”. */
const OF_ACCEPT = /^unaccept\b|\b(?:the|my|our|that|this|his|her|their) accept\b/;
const BASELINES =
  /^(?:baseline(?! of\b| for\b)|approve|make|set|take|use|treat|declare|record|save|freeze|accept|keep|mark|define)\b/;
const ATTESTS =
  /^(?:attest|vouch|certify|confirm|i confirm|put on record|assert|guarantee|declare)\b/;
/** What is removed of these is not an acceptance. */
const UNMEANT =
  /(?<![-\w])(?:hosts?|servers?|socket|containers? from|image|alerts?|digest)(?![-\w])(?!.{0,80}\baccept)/;

/** What a decision is about, as its line names it; none where the question names nothing. */
function namedIn({ container, reading }: Clues, rule: string | null, packages: string[]): string[] {
  if (reading.code !== null) return [reading.code.id];
  if (reading.vulnerability !== null) return [reading.vulnerability.id, ...packages];
  return [...(rule === null ? [] : [rule]), ...(container === null ? [] : [container])];
}

/** The package of a decision on a vulnerability: “accept CVE-2024-13176 in openssl”. */
function packageIn(text: string): string[] {
  const named = text.matchAll(/\b(?:in|of|for) (?:the )?(?:package )?([a-z][\w.+-]{1,80})/g);
  const isPackage = (name: string) => looksLikePackage(name) && !isVulnerabilityId(name);
  return [...named]
    .map(([, name = '']) => name)
    .filter(isPackage)
    .slice(0, 1);
}

/** `for 30 days` or a date as the flag of a decision. */
function untilFlag({ reading: { when, deadline, tokens } }: Clues, text: string): string {
  if (deadline !== null) return ` --until ${deadline.day}`;
  if (when === null) return '';
  const isFor = /\b(?:for|until|till|during|of)\b/.test(text);
  const isPast = range(when).some((at) =>
    /^(?:yesterday|last|ago|past)$/.test(tokens[at]?.text ?? ''),
  );
  return isFor && !isPast && /^\d{1,4}(?:mo|[hdwy])$/.test(when.text)
    ? ` --until ${when.text}`
    : '';
}
