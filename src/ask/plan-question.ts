import type { Command } from '../command/command.ts';
import { type ParsedLine, parseLine } from '../command/parse-line.ts';
import type { Rule } from '../rules/rule.ts';
import { UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import { Clues } from './clues.ts';
import { declared, termWords } from './declared-hosts.ts';
import type { Place } from './find-subjects.ts';
import { allFrames } from './frames/all-frames.ts';
import { isFiller, range } from './lexicon.ts';
import type { Offer } from './offer.ts';
import type { Ranker } from './rank-commands.ts';
import { type Calendar, type KnownNames, type Reading, readQuestion } from './read-question.ts';
import { QUESTION_LENGTH_MAX } from './split-question.ts';
import type { AskedWhen } from './zone-time.ts';

/** What a question is understood with. */
export interface PlanContext extends KnownNames, AskedWhen {
  commands: readonly Command[];
  rules: readonly Rule[];
  calendar: Calendar | null;
  /** Asked for what the grammar leaves; null where nobody is to choose. */
  rank: Ranker | null;
}

/** A line that a question may mean. */
export interface PlannedLine {
  /** In canonical spelling; it parses. */
  line: string;
  score: number;
  /** Words of the question that it makes no use of. */
  ignored: string[];
  command: Command;
  words: readonly string[];
}

/** What a question comes to. Nothing in it was guessed: every name stands in the question. */
export type Plan =
  | { kind: 'sure'; planned: PlannedLine }
  /** Two or three lines, the likeliest first; `missing` names what must be said. */
  | { kind: 'unsure'; planned: PlannedLine[]; missing: Missing | null }
  | { kind: 'none' };

export interface Missing {
  command: string;
  what: NonNullable<Offer['missing']>;
  /** The word that stands where a name is needed, of which none is known. */
  typed: string | null;
}

/** From here on a line is run. */
const SURE = 0.65;
/** So much worse is what else the question may mean. */
const MARGIN = 0.07;
/** Below, a line is not even offered. */
const POSSIBLE = 0.3;
const OFFERED_MAX = 3;

const COST_OF_STRANGE = 0.19;
const COST_OF_KNOWN = 0.09;
const COST_OF_NAME = 0.34;
const COST_OF_TIME = 0.04;

/** What a question means. Pure: the same question, names and time give the same plan. */
export function planQuestion(question: string, context: PlanContext): Plan {
  if (question.length > QUESTION_LENGTH_MAX) return { kind: 'none' };
  const reading = readQuestion(question, context, context, context.calendar);
  if (reading.tokens.length === 0) return { kind: 'none' };
  const clues = new Clues(reading);
  const offers = allFrames.flatMap((frame) => frame(clues, context));
  const deed = foreignDeed(clues);
  const weighed = offers
    .flatMap((offer) => {
      const command = context.commands.find(({ name }) => name === offer.command);
      return command === undefined ? [] : [weigh(offer, command, reading, deed)];
    })
    .filter(({ score }) => score >= POSSIBLE)
    .toSorted((a, b) => b.score - a.score);
  const planned = uniqueLines(weighed, context);
  const [best, second] = planned;
  const [top] = weighed;
  if (top?.offer.missing !== undefined && top.score >= (best?.score ?? 0)) {
    const missing = {
      command: top.offer.command,
      what: top.offer.missing,
      typed: strangeText(reading),
    };
    return { kind: 'unsure', planned: planned.slice(0, OFFERED_MAX), missing };
  }
  if (best === undefined) {
    const ranked = rankedLines(question, clues, context);
    return ranked.length === 0
      ? { kind: 'none' }
      : { kind: 'unsure', planned: ranked, missing: null };
  }
  const stranger = unknownName(reading, top?.used ?? new Set());
  const isClear = second === undefined || best.score - second.score >= MARGIN;
  if (best.score >= SURE && isClear && stranger === null) return { kind: 'sure', planned: best };
  const missing = stranger === null ? null : { command: best.command.name, ...stranger };
  return { kind: 'unsure', planned: planned.slice(0, OFFERED_MAX), missing };
}

/** At least so much of what a question says must be about containers, that something is offered. */
const FAMILIAR_SHARE = 0.6;

/** Commands for a question that no recogniser knows, as far as its words are about such things at all. */
function rankedLines(question: string, { reading }: Clues, context: PlanContext): PlannedLine[] {
  const { tokens, mentions } = reading;
  const said = tokens.flatMap(({ text, word }, at) => (isIdle(text, word) ? [] : [at]));
  const familiar = said.filter((at) => mentions.some((mention) => range(mention).includes(at)));
  if (context.rank === null || familiar.length === 0) return [];
  if (familiar.length / said.length < FAMILIAR_SHARE || foreignDeed({ reading } as Clues))
    return [];
  const hosts = declared(context);
  return context.rank(question).flatMap((name) => {
    const parsed = tryParse(name, { ...context, hosts });
    return parsed === null
      ? []
      : [{ line: parsed.line, score: 0, ignored: [], command: parsed.command, words: [] }];
  });
}

interface Weighed {
  offer: Offer;
  command: Command;
  score: number;
  clauses: string[];
  ignored: string[];
  used: ReadonlySet<number>;
}

/** How well an offer fits, once what it leaves unused is counted against it. */
function weigh(offer: Offer, command: Command, reading: Reading, deed: Place | null): Weighed {
  const used = new Set<number>();
  const use = (place: Place | null) => {
    for (const at of place === null ? [] : range(place)) used.add(at);
  };
  const ideas = new Set(offer.uses.split(' '));
  for (const mention of reading.mentions) if (ideas.has(mention.idea)) use(mention);
  const has = (what: Offer['takes'][number]) => offer.takes.includes(what);
  if (has('vulnerability')) use(reading.vulnerability);
  if (has('control')) use(reading.control);
  if (has('image')) use(reading.image);
  if (has('software')) use(reading.software);
  if (has('age')) use(reading.age);
  if (has('container')) for (const name of reading.containers) use(name);
  if (has('host')) for (const name of reading.hosts) use(name);
  if (has('strange')) for (const at of reading.strange) used.add(at);
  if (has('topic')) use((offer as Offer & { topic?: Place }).topic ?? null);
  const { clauses, cost: costOfClauses } = clausesOf(offer, command, reading, use);
  let score = offer.score - costOfClauses;
  const named = new Set<number>();
  for (const place of [
    reading.vulnerability,
    reading.control,
    reading.image,
    reading.software,
    reading.age,
    ...reading.containers,
    ...reading.hosts,
  ]) {
    if (place === null || range(place).some((at) => used.has(at))) continue;
    score -= COST_OF_NAME;
    for (const at of range(place)) named.add(at);
  }
  const ignored: string[] = [...(reading.when?.left ?? [])];
  reading.tokens.forEach(({ text, word }, at) => {
    if (used.has(at)) return;
    const isName = named.has(at);
    if (!isName && isIdle(text, word)) return;
    ignored.push(text);
    const isMentioned = reading.mentions.some((mention) => range(mention).includes(at));
    const cost = isMentioned ? COST_OF_KNOWN : COST_OF_STRANGE;
    if (!isName) score -= offer.isBroad ? 2 * cost : cost;
  });
  if (deed !== null && !range(deed).every((at) => used.has(at))) score -= 0.5;
  return { offer, command, score, clauses, ignored, used };
}

const isIdle = (text: string, word: string): boolean =>
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
  let cost = 0;
  const { when } = reading;
  if (when !== null) {
    const clause = clauseFor(command, when.clause);
    use(when);
    if (clause === null || offer.hasNoTime) cost += COST_OF_TIME;
    else clauses.push(clause, when.text);
  }
  const isInWords = offer.takes.includes('host');
  const [host, second] = reading.hosts;
  // A list of the hosts is one of all.
  const isOfAll = host === undefined && offer.command !== 'hosts';
  if (command.takesHost && !isInWords) {
    const isAll = reading.mentions.find(({ idea }) => idea === 'EVERYWHERE');
    if (host !== undefined && second === undefined) {
      clauses.push('on', host.name);
      use(host);
      if (host.how === 'beginning' || host.how === 'word') cost += 0.3;
    } else if (host === undefined && reading.labels.length > 0) {
      const terms = reading.labels.toSorted((a, b) => Number(a.isNot) - Number(b.isNot));
      clauses.push('on', ...terms.flatMap(termWords));
      for (const label of reading.labels) use(label);
      if (isAll !== undefined) use(isAll);
    } else if (isOfAll && isAll !== undefined && saysAll(offer, reading, isAll)) {
      clauses.push('on', 'all');
      use(isAll);
    }
  }
  return { clauses, cost };
}

/** “Everything” is all hosts to a scan; elsewhere hosts must be named as such. */
function saysAll({ command }: Offer, { tokens }: Reading, { from, length }: Place): boolean {
  const text = tokens
    .slice(from, from + length)
    .map((token) => token.text)
    .join(' ');
  const isHosts = /host|server|machine|box|engine|node|fleet|everywhere|systems?$/.test(text);
  return isHosts || (command === 'scan' && /everything|all|lot/.test(text));
}

function clauseFor(command: Command, clause: 'since' | 'at'): 'since' | 'at' | null {
  if (clause === 'at' && command.takesAt) return 'at';
  return command.takesSince ? 'since' : null;
}

/** Offers as lines, each once, with the better score; what does not parse is no line. */
function uniqueLines(weighed: readonly Weighed[], context: PlanContext): PlannedLine[] {
  const hosts = declared(context);
  const found = new Map<string, PlannedLine>();
  for (const { offer, score, clauses, ignored } of weighed) {
    if (offer.missing !== undefined) continue;
    const words = [offer.command, ...offer.words, ...clauses].map(quoteWord).join(' ');
    const parsed = tryParse(words + (offer.flags ?? ''), { ...context, hosts });
    if (parsed === null || found.has(parsed.line)) continue;
    const { command, request, line } = parsed;
    found.set(line, { line, score, ignored, command, words: request.words });
  }
  return [...found.values()];
}

function tryParse(text: string, context: Parameters<typeof parseLine>[1]): ParsedLine | null {
  try {
    return parseLine(text, context);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

const LEADS =
  /^(?:(?:please|pls|kindly|can|could|would|will|you|seawall|hey|hi|hello|just|now|i|we|want|need|to|let|us|go|and|ahead|like|d) )*/;
/** What Seawall never does, as the verb of a request. */
const DEEDS =
  /^(?:restart|reboot|stop|kill|delete|remove|deploy|install|uninstall|upgrade|update|pull|build|launch|shut ?down|shut|prune|clean|cleanup|migrate|rename|order|buy|book|write|translate|sing|play|call|email|mail|open|close|pause|unpause|resume|scale|rollback|roll|create|make|add|drop|block|ban|format|wipe|erase|destroy|copy|upload|push|merge|commit|patch|encrypt|decrypt|hack|attack|ssh|login|log|reset|rotate|change|edit|modify|set|turn|tail|start|spin|provision|isolate|quarantine|disconnect|connect|mount|unmount|chmod|sudo|cook|draw|generate|invite|pay|sell|send|schedule|remind|google|fix|harden|secure|run|enable|disable|accept|waive|suppress|approve|attest|vouch|revoke|unaccept|withdraw|retract|mute|exempt)$/;

/** The verb of a request that is none of a question, e.g. of “restart redis”. */
function foreignDeed({ reading: { tokens } }: Clues): Place | null {
  const text = tokens.map((token) => token.text).join(' ');
  const lead = LEADS.exec(`${text} `)?.[0] ?? '';
  const from = lead === '' ? 0 : lead.trim().split(' ').length;
  return DEEDS.test(tokens[from]?.text ?? '') ? { from, length: 1 } : null;
}

const strangeText = ({ tokens, strange }: Reading): string | null =>
  strange[0] === undefined ? null : (tokens[strange[0]]?.text ?? null);

/** A word that stands where a name does, and that is none which is known. */
function unknownName(
  { tokens, strange }: Reading,
  used: ReadonlySet<number>,
): Pick<Missing, 'what' | 'typed'> | null {
  for (const at of strange) {
    if (used.has(at)) continue;
    const typed = tokens[at]?.text ?? '';
    const before = tokens[at - 1]?.word ?? '';
    const behind = tokens[at + 1]?.word ?? '';
    const isHost =
      ['on', 'host', 'server', 'box', 'machine', 'node', 'at', 'in', 'from'].includes(before) ||
      ['host', 'server', 'box', 'machine', 'node'].includes(behind);
    const isContainer = before === 'container' || behind === 'container' || behind === 'service';
    const looksNamed = /^[a-z][a-z-]*\d/.test(typed) || /^[a-z]+(?:-[a-z0-9]+)+$/.test(typed);
    if (isHost) return { what: 'host', typed };
    if (isContainer || looksNamed) return { what: 'container', typed };
  }
  return null;
}
