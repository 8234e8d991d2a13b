import type { Command } from '../command/command.ts';
import { onceLately } from '../shared/once.ts';
import { termWords } from './declared-hosts.ts';
import type { Place } from './find-subjects.ts';
import type { FoundWhen } from './find-when.ts';
import { isEveryday, isFiller, range } from './lexicon.ts';
import type { Offer } from './offer.ts';
import type { Reading } from './read-question.ts';
import { shownByNone } from './words/deeds.ts';
import { isOfKind } from './words/kind-ideas.ts';

const COST_OF_STRANGE = 0.19;
const COST_OF_KNOWN = 0.12;
const COST_OF_EVERYDAY = 0.07;
/** So much more an unused word counts against a general answer. */
const BROAD = 2.2;
/** A host is left out by many an answer; what else is named makes it another one. */
const COST_OF_HOST = 0.34;
const COST_OF_NAME = 0.5;
const COST_OF_TIME = 0.04;
/** “How do we stand compared to last month” is not answered by how it is now. */
const COST_OF_LOST_TIME = 0.22;
/** “What ran before Monday” is in no list of what ran since. */
const COST_OF_END = 0.4;

/** Commands that only show something, and have the words of a request: how to fix it, or a host that is added. */
const TELLS_HOW = new Set(['why', 'posture', 'hosts']);

/** What a question names once. */
const SINGLE = ['vulnerability', 'control', 'code', 'file', 'image', 'software', 'age'] as const;

/** Most offers are of one frame, which makes use of the same each time. */
const USES_KNOWN = 1_000;
const ideasIn = onceLately(USES_KNOWN, (uses) => new Set(uses.split(' ')));

/** An offer with what its question leaves of it. */
export interface Weighed {
  offer: Offer;
  command: Command;
  score: number;
  clauses: string[];
  ignored: string[];
  used: ReadonlySet<number>;
}

/** How well an offer fits, once what it leaves unused is counted against it. */
export function weigh(
  offer: Offer,
  command: Command,
  reading: Reading,
  deed: Place | null,
): Weighed {
  const used = new Set<number>();
  const use = (place: Place | null) => {
    for (const at of place === null ? [] : range(place)) used.add(at);
  };
  const ideas = ideasIn(offer.uses);
  for (const mention of reading.mentions) if (ideas.has(mention.idea)) use(mention);
  const has = (what: Offer['takes'][number]) => offer.takes.includes(what);
  for (const what of SINGLE) if (has(what)) use(reading[what]);
  // Of several containers a line shows one; what that reaches may be another.
  const shown = reading.containers.filter(({ name }) => offer.words.includes(name));
  const isOfOne = shown.length > 0 && offer.command !== 'reach';
  if (has('container')) for (const name of isOfOne ? shown : reading.containers) use(name);
  // “nginx, the proxy one”.
  const partsOf = (name: string) => name.toLowerCase().split(/[-_.]/);
  const parts = new Set(reading.containers.flatMap(({ name }) => partsOf(name)));
  if (has('container'))
    for (const at of reading.strange) if (parts.has(reading.tokens[at]?.text ?? '')) used.add(at);
  if (has('host')) for (const name of reading.hosts) use(name);
  if (has('deadline')) use(reading.deadline);
  if (has('label')) for (const label of reading.labels) use(label);
  if (has('strange')) for (const at of reading.strange) used.add(at);
  if (has('topic')) use(offer.topic ?? null);
  const { clauses, cost: costOfClauses, lost } = clausesOf(offer, command, reading, use);
  let score = offer.score - costOfClauses;
  const named = new Set<number>();
  for (const place of [
    ...SINGLE.map((what) => reading[what]),
    reading.rule,
    ...reading.containers,
    ...reading.hosts,
    ...reading.leftOut,
  ]) {
    if (place === null || range(place).some((at) => used.has(at))) continue;
    const isMinor =
      command.name === 'audit' ||
      [...reading.hosts, ...reading.leftOut].some((host) => host === place);
    score -= isMinor ? COST_OF_HOST : COST_OF_NAME;
    for (const at of range(place)) named.add(at);
  }
  const ignored: string[] = [...lost, ...(reading.when?.left ?? [])];
  const { deadline } = reading;
  if (deadline !== null && !has('deadline') && !offer.hasNoTime) {
    score -= COST_OF_END;
    ignored.push(`until ${deadline.day}`);
    use(deadline);
  }
  if (reading.reason !== null && !offer.flags?.includes(' --reason ')) ignored.push(reading.reason);
  reading.tokens.forEach(({ text, word }, at) => {
    if (used.has(at)) return;
    const isName = named.has(at);
    const isMentioned = reading.mentions.some(
      (mention) => !isOfKind(mention.idea) && range(mention).includes(at),
    );
    // “Read-only” says more than its parts.
    const isSaid = isName || (isMentioned && text.includes('-'));
    if (!isSaid && isIdle(text, word)) return;
    ignored.push(text);
    const isCommon = isEveryday(text) || isEveryday(word);
    const cost = isMentioned ? COST_OF_KNOWN : isCommon ? COST_OF_EVERYDAY : COST_OF_STRANGE;
    if (!isName) score -= offer.isBroad ? BROAD * cost : cost;
  });
  const isImported = /^(?:import|forget)$/.test(offer.words[0] ?? '');
  const isShown = command.task === 'ask' && !TELLS_HOW.has(command.name) && !isImported;
  const [verb, ...rest] = reading.tokens.slice(deed?.from ?? 0).map(({ text }) => text);
  // “Let us clean up. What does nobody use?”
  const isAsked = /^(?:up )?(?:what|which) /.test(rest.join(' '));
  const isUnshown = isShown && shownByNone.has(verb ?? '') && !isAsked;
  const isDone =
    deed !== null && !isUnshown && !offer.doesNothing && range(deed).every((at) => used.has(at));
  if (deed !== null && !isDone) score -= 0.5;
  return { offer, command, score, clauses, ignored, used };
}

/** True for a word that says nothing by itself. */
export const isIdle = (text: string, word: string): boolean =>
  isFiller(text) ||
  isFiller(word) ||
  /^\W+$/.test(text) ||
  text.split(/[-/]/).every((part) => isFiller(part));

/** Clauses for host and time, as far as the command has them, in the order of a line. */
function clausesOf(
  offer: Offer,
  command: Command,
  reading: Reading,
  use: (place: Place | null) => void,
) {
  const clauses: string[] = [];
  /** The time that no clause can say. */
  const lost: string[] = [];
  let cost = 0;
  const { when } = reading;
  if (when !== null) {
    const isNow = range(when).some((at) =>
      /^to(?:day|night)$/.test(reading.tokens[at]?.text ?? ''),
    );
    const isOfTime = offer.isBroad && offer.command !== 'hosts' && !isNow;
    const clause = clauseFor(command, when);
    use(when);
    const said = range(when).flatMap((at) => reading.tokens[at]?.text ?? []);
    // “Today” is now, and “02:00 today” is not.
    const isPast = !isNow || said.some((text) => /\d/.test(text));
    const isEnd = clause === null && when.isEnd === true && (command.takesSince || command.takesAt);
    if (isEnd || (clause === null && !offer.hasNoTime && isPast)) lost.push(...said);
    if (isEnd) cost += COST_OF_END;
    if (clause === null || offer.hasNoTime) cost += isOfTime ? COST_OF_LOST_TIME : COST_OF_TIME;
    else clauses.push(clause, when.text);
  }
  const isInWords = offer.takes.includes('host');
  const [host] = reading.hosts;
  // A list of the hosts is one of all.
  const isOfAll = host === undefined && offer.command !== 'hosts';
  if (command.takesHost && !isInWords) {
    const alls = reading.mentions.filter(({ idea }) => idea === 'EVERYWHERE');
    const isAll = alls.find((place) => saysAll(offer, reading, place)) ?? alls[0];
    if (host !== undefined) {
      clauses.push('on', namesOf(reading.hosts));
      for (const one of reading.hosts) {
        use(one);
        if (one.how === 'beginning' || one.how === 'word') cost += 0.3;
      }
      // What else is left out is none of them.
      for (const other of [...reading.labels.filter(({ isNot }) => isNot), ...reading.leftOut])
        use(other);
    } else if (reading.labels.length + reading.leftOut.length > 0) {
      clauses.push('on', ...placesOf(reading));
      for (const place of [...reading.labels, ...reading.leftOut]) use(place);
      if (isAll !== undefined) use(isAll);
    } else if (isOfAll && isAll !== undefined && saysAll(offer, reading, isAll)) {
      clauses.push('on', 'all');
      use(isAll);
    }
  }
  return { clauses, cost, lost };
}

const namesOf = (hosts: readonly { name: string }[]): string =>
  [...new Set(hosts.map(({ name }) => name))].join(',');

/** The words of a line for labels and for hosts that are left out: what is meant before what is not. */
function placesOf({ labels, leftOut }: Reading): string[] {
  const terms = [
    ...labels.map((label) => ({ isNot: label.isNot, words: termWords(label) })),
    ...(leftOut.length === 0 ? [] : [{ isNot: true, words: ['not', namesOf(leftOut)] }]),
  ];
  const ordered = terms.toSorted((a, b) => Number(a.isNot) - Number(b.isNot));
  const unique = new Map(ordered.map(({ words }) => [words.join(' '), words]));
  return [...unique.values()].flat();
}

/** “Everything” is all hosts to a scan; elsewhere hosts must be named as such. */
function saysAll({ command }: Offer, { tokens }: Reading, { from, length }: Place): boolean {
  const text = tokens
    .slice(from, from + length)
    .map((token) => token.text)
    .join(' ');
  const isAcross =
    /^(?:across|over|throughout)$/.test(tokens[from - 1]?.text ?? '') ||
    (/^(?:everything|the lot)$/.test(text) && /^(?:for|on)$/.test(tokens[from - 1]?.text ?? '')) ||
    (text === 'all of them' &&
      /^(?:hosts?|servers?|machines?)$/.test(tokens[from - 1]?.text ?? ''));
  const isHosts = /host|server|machine|box|engine|node|fleet|estate|everywhere|systems?$/.test(
    text,
  );
  return isHosts || isAcross || (command === 'scan' && /everything|all|lot/.test(text));
}

function clauseFor(command: Command, { clause, isEnd }: FoundWhen): 'since' | 'at' | null {
  if (clause === 'at' && command.takesAt) return 'at';
  return command.takesSince && !isEnd ? 'since' : null;
}
