import type { Clues } from '../clues.ts';
import { range } from '../lexicon.ts';
import { offer, type Taken } from '../offer.ts';
import type { Frame } from './frame.ts';

const EDGE_IDEAS = 'HOST DECIDE_EDGE WATCH LIST YOU START STOP REACHABLE FEED DECIDE_UNACCEPT';
const HOST = '(?:hosts?|servers?|machines?|box|boxes|nodes?|engines?|vm)';
const OF_HOST = new RegExp(`^(?:the|our|this|that|${HOST})$`);
const ADDS =
  /^(?:a |an |there is a |here is a |we have a )?new (?:hosts?|servers?|machines?|box|node) (?:called |named |(?=[a-z._]{0,40}[\d-])[\w.-]{1,60}(?:$| with | labels? | for (?:the )?team | [\w.-]{1,40} ?=))|^(?:add|register|enrol|enroll|sign up|sign on|onboard|include|declare|introduce|bring in|start (?:watching|monitoring)|set up|connect|create)\b|\b(?:should|must|shall|needs to|has to) be (?:added|registered|onboarded|enrolled)\b/;
const REMOVES =
  /^(?:remove|delete|drop|unregister|deregister|forget|retire|decommission|take\b.{0,60}\bout|take (?:\S+ )?off|offboard|detach|stop (?:watching|monitoring)|throw out|kick out)\b|\b(?:should|must|can|has to|needs to) be (?:removed|deleted|dropped|unregistered|forgotten|taken out)\b/;
const ROTATES =
  /\b(?:rotat\w+|renew\w*|roll|refresh|replac\w+|chang\w+|reissue|regenerate|exchange|swap|cycle|new|fresh|another)\b.{0,30}\b(?:key|credential|secret|token)s?\b|\b(?:key|credential|secret|token)s?\b.{0,50}\b(?:rotat\w+|rotation|renew\w*|refreshed|replac\w+|reissued|exchanged|swapped|chang(?:ed|ing))\b|^rotate\b/;
/** “Was the key of web1 rotated?” is no wish. */
const ROTATED =
  /\b(?:has|have|is|are|was|were|been)\b(?! (?:to|due|overdue)\b)(?!.{0,60}\bbe\b).{0,50}\b(?:rotated|renewed|replaced|reissued|exchanged|changed)\b/;
const REVOKES =
  /\b(?:revoke|invalidate|disable|void|block|withdraw|cancel|kill|ban|expire|lock)\b.{0,30}\b(?:key|credential|secret|token|access)s?\b|^revoke\b/;
const LEADS =
  /^(?:(?:please|pls|kindly|now|can|could|would|will|should|you|we|i|us|let|want|like|need|have|to|seawall|go|ahead|and|the|also) )+/;
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const NAMED = new RegExp(
  `\\b(?:${HOST}(?: called| named| with the name)?|called|named)(?: of ours)? ([a-z0-9][a-z0-9._-]{0,62})\\b`,
);
const NO_NAME =
  /^(?:to|from|for|with|in|of|called|named|on|is|and|the|please|which|that|as|labels?|key|its)$/;

/** Hosts that dial out: added, removed, and their keys. Decisions, of which the line is given and never run. */
export const edgeDeeds: Frame = (clues) => {
  const text = clues.text().replace(LEADS, '');
  const { reading } = clues;
  const known = reading.hosts[0]?.name ?? null;
  if (clues.container !== null || reading.code !== null || reading.hosts.length > 1) return [];
  if (reading.vulnerability !== null || clues.says(/^(?:who|when|why|which|what|how|did|was)\b/))
    return [];
  const more = { takes: ['host', 'label', 'strange'] as Taken[], hasNoTime: true };
  const said = (words: readonly string[], score = 0.95) => [
    offer('hosts', words, score, EDGE_IDEAS, more),
  ];
  if (known === null) {
    const name = ADDS.test(text) ? newName(clues) : null;
    return name === null ? [] : said(['add', name, ...new Set(labelsIn(clues))]);
  }
  if (clues.says(/\baccept|\battest|\bbaseline|\balerts?\b|\bdigest\b|\bfindings?\b/)) return [];
  const isPlace = isWhere(clues);
  const isOfKey = !isPlace || /\b(?:key|credential|secret|token|access)s?\b/.test(text);
  if (isOfKey && REVOKES.test(text)) return said(['revoke', known]);
  if (isOfKey && ROTATES.test(text)) return clues.says(ROTATED) ? [] : said(['rotate', known]);
  if (isPlace || !REMOVES.test(text)) return [];
  const isClear =
    clues.has('HOST') ||
    clues.says(/\bfrom (?:seawall|the list|monitoring|your|the fleet)\b|\bwatch/);
  return said(['remove', known], isClear ? 0.95 : 0.75);
};

/** That the host is where something is done, as in “delete the old images on ci-runner”, and not what it is done to. */
function isWhere({ reading: { hosts, tokens } }: Clues): boolean {
  const before = tokens.slice(0, hosts[0]?.from).map(({ text }) => text);
  const last = before.findLast((text) => !OF_HOST.test(text));
  return last !== undefined && /^(?:on|at|in|inside|within|from)$/.test(last);
}

/** The name of a host that nobody knows yet; null where none is written as a name. */
function newName(clues: Clues): string | null {
  const { tokens, strange } = clues.reading;
  const isOfLabel = (at: number) => [at - 1, at + 1].some((near) => tokens[near]?.text === '=');
  const written = strange.find((at) => NAME.test(tokens[at]?.text ?? '') && !isOfLabel(at));
  const typed = NAMED.exec(clues.text())?.[1] ?? '';
  if (written === undefined) return typed === '' || NO_NAME.test(typed) ? null : typed;
  const name = tokens[written]?.text ?? null;
  const isOfHost =
    clues.has('HOST') || labelsIn(clues).length > 0 || clues.says(/\bto (?:seawall|the fleet)\b/);
  return name === typed || isOfHost ? name : null;
}

/** The labels that are said, as the line takes them: `team=shop`. */
function labelsIn({ reading: { tokens, labels } }: Clues): string[] {
  const known = labels.map(({ key, value }) => `${key}=${value}`);
  const taken = new Set(labels.flatMap(range));
  const others = tokens.flatMap(({ text }, at) => {
    const [key, value] = [tokens[at - 1]?.text, tokens[at + 1]?.text];
    return text === '=' && !taken.has(at) && key !== undefined && value !== undefined
      ? [`${key}=${value}`]
      : [];
  });
  return [...known, ...others];
}
