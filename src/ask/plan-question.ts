import type { Command } from '../command/command.ts';
import { type ParsedLine, parseLine } from '../command/parse-line.ts';
import type { Rule } from '../rules/rule.ts';
import { UserError } from '../shared/errors.ts';
import { clamp, quoteWord } from '../shared/text.ts';
import { carryOver, isLeftAside } from './carry-over.ts';
import { Clues } from './clues.ts';
import { declared } from './declared-hosts.ts';
import { findReason } from './find-reason.ts';
import type { Place } from './find-subjects.ts';
import { foreignDeed } from './foreign-deed.ts';
import { allFrames } from './frames/all-frames.ts';
import { isConditional } from './is-conditional.ts';
import { isEveryday, range } from './lexicon.ts';
import { areElsewhere, fillForm, formOf, wordsOf } from './line-forms.ts';
import type { Offer } from './offer.ts';
import type { Ranker } from './rank-lines.ts';
import { type Calendar, type KnownNames, type Reading, readQuestion } from './read-question.ts';
import { QUESTION_LENGTH_MAX } from './split-question.ts';
import { halvesOf, splitRequests } from './split-requests.ts';
import { strangeText, unknownName } from './unknown-name.ts';
import { isIdle, type Weighed, weigh } from './weigh-offer.ts';
import type { AskedWhen } from './zone-time.ts';

/** What a question is understood with. */
export interface PlanContext extends KnownNames, AskedWhen {
  commands: readonly Command[];
  rules: readonly Rule[];
  calendar: Calendar | null;
  /** The second opinion, and what is offered where the grammar finds nothing. */
  rank: Ranker;
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
  /** One to three lines, the likeliest first; `missing` names what must be said. */
  | { kind: 'unsure'; planned: PlannedLine[]; missing: Missing | null }
  | { kind: 'none' };

export interface Missing {
  command: string;
  what: NonNullable<Offer['missing']>;
  /** The word that stands where a name is needed, of which none is known. */
  typed: string | null;
}

/**
 * From here on a line is run: where questions like this one had such a line most often or next to it, where it
 * makes use of every word, and else.
 */
const SURE = { agreed: 0.6, whole: 0.75, alone: 0.85 };
/** So much worse is what else the question may mean. */
const MARGIN = 0.07;
/** Below, a line is not even offered. */
const POSSIBLE = 0.3;
const OFFERED_MAX = 3;
/** Of a sentence that only tells, as it is named. */
const TOLD_LENGTH_MAX = 60;

/**
 * What a question means, by its sentences. Pure: the same question, names and time give the same plan. Of two
 * requests for different things none is run, and nothing is done that is asked for under a condition.
 */
export function planQuestion(question: string, context: PlanContext): Plan {
  // “No memory limit... we got killed again”
  const plan = planSentences(question.replaceAll(/ ?(?:\.{2,9}|…)/g, '.'), context);
  const isHeld = plan.kind === 'sure' && isConditional(question, plan.planned.line);
  return isHeld ? { kind: 'unsure', planned: [plan.planned], missing: null } : plan;
}

function planSentences(question: string, context: PlanContext): Plan {
  if (question.length > QUESTION_LENGTH_MAX) return { kind: 'none' };
  const { rest, reason } = findReason(question);
  const because = reason === null ? '' : `, reason "${reason}"`;
  const { asking, telling } = splitRequests(rest);
  const [first = '', second] = asking;
  if (second === undefined && telling.length > 0) {
    const planned = planBeside(first, { said: telling, isTold: true, because }, context);
    if (planned !== null) return { kind: 'sure', planned };
  }
  const requests = second === undefined ? halvesOf(rest) : asking;
  const planned = requests.flatMap(
    (request, at) => planBeside(request, { said: requests.slice(0, at) }, context) ?? [],
  );
  const [one] = planned;
  const isTwofold = planned.some(
    ({ command, line }) => command !== one?.command || areElsewhere(line, one.line),
  );
  if (isTwofold) return { kind: 'unsure', planned: planned.slice(0, OFFERED_MAX), missing: null };
  const whole = planRequest(question, context);
  const isOne = second === undefined && telling.length > 0;
  const isDoubtful =
    whole.kind === 'sure' && isOne && isTimeTold(first, whole.planned.line, context);
  return isDoubtful ? { kind: 'unsure', planned: [whole.planned], missing: null } : whole;
}

/** So many words of a request are one by themselves. */
const WHOLE_REQUEST = 4;

/** True where a line has a time that its request does not name: it was only told. */
function isTimeTold(request: string, line: string, context: PlanContext): boolean {
  // “…, who was it?” asks about all that was told.
  const isWhole = request.split(' ').length >= WHOLE_REQUEST;
  if (!isWhole || !/ (?:since|at) /.test(line)) return false;
  return readQuestion(request, context, context, context.calendar).when === null;
}

/** What else a question says: sentences that only tell, or requests before this one. */
interface Beside {
  said: readonly string[];
  isTold?: boolean;
  /** The reason of a decision, as it is appended to the request. */
  because?: string;
}

/** The line of a request, with the names out of what was said beside it; null where none is sure. */
function planBeside(
  request: string,
  { said, isTold = false, because = '' }: Beside,
  context: PlanContext,
): PlannedLine | null {
  const read = (text: string) => readQuestion(text, context, context, context.calendar);
  const telling = said.join(', ');
  const told = read(telling);
  const asked = read(request);
  const carried = carryOver(request, { asked, told }, telling, context.rules);
  if (carried.isWhole !== true) {
    const isNarrower = isTold && isLeftAside(told, asked);
    if (isNarrower && isLeftAside(told, read(carried.request))) return null;
    if (unknownName(told, new Set()) !== null) return null;
  }
  if (carried.isPointing && !carried.isChanged) return null;
  const plan = planRequest(carried.request + because, context);
  if (plan.kind === 'sure') {
    const left = carried.isWhole === true ? [] : said.map((text) => clamp(text, TOLD_LENGTH_MAX));
    return { ...plan.planned, ignored: [...plan.planned.ignored, ...left] };
  }
  const alone =
    carried.isChanged && !carried.isPointing ? planRequest(request + because, context) : plan;
  return alone.kind === 'sure' ? alone.planned : null;
}

function planRequest(question: string, context: PlanContext): Plan {
  const reading = readQuestion(question, context, context, context.calendar);
  if (reading.tokens.length === 0) return { kind: 'none' };
  const clues = new Clues(reading);
  const offers = allFrames.flatMap((frame) => frame(clues, context));
  const deed = foreignDeed(clues);
  const likely = weighed(offers, reading, context, deed)
    .filter(({ score }) => score >= POSSIBLE)
    .toSorted((a, b) => b.score - a.score);
  const planned = uniqueLines(likely, context);
  const [best] = planned;
  const [top] = likely;
  if (top?.offer.missing !== undefined && top.score >= (best?.score ?? 0)) {
    const missing = {
      command: top.offer.command,
      what: top.offer.missing,
      typed: strangeText(reading),
    };
    return { kind: 'unsure', planned: planned.slice(0, OFFERED_MAX), missing };
  }
  const withLikeOnes = () => {
    const ranked = rankedLines(clues, context, deed);
    const others = ranked.filter(({ line }) => planned.every((one) => one.line !== line));
    return [...planned.slice(0, OFFERED_MAX), ...others].slice(0, OFFERED_MAX);
  };
  if (best === undefined) {
    const shown = withLikeOnes();
    return shown.length === 0
      ? { kind: 'none' }
      : { kind: 'unsure', planned: shown, missing: null };
  }
  const stranger = unknownName(reading, top?.used ?? new Set());
  const sure = stranger === null ? surest(planned, clues, context) : null;
  if (sure !== null) return { kind: 'sure', planned: sure };
  const missing = stranger === null ? null : { command: best.command.name, ...stranger };
  const shown = stranger === null ? withLikeOnes() : planned.slice(0, OFFERED_MAX);
  return { kind: 'unsure', planned: shown, missing };
}

/**
 * The line that is run; null where none is sure. Likeness to questions that were asked is a second opinion: it
 * tells which of two that fit as well is meant, and lets one pass that fits less well.
 */
function surest(
  planned: readonly PlannedLine[],
  { reading }: Clues,
  { rank }: PlanContext,
): PlannedLine | null {
  const [best] = planned;
  if (best === undefined) return null;
  const alike = planned.filter(({ score }) => best.score - score < MARGIN);
  const forms = rank(wordsOf(reading));
  const likeliest = alike.find(({ line }) => formOf(line) === forms[0]);
  const one = alike.length === 1 ? best : likeliest;
  return one !== undefined && one.score >= neededFor(one, forms) ? one : null;
}

/** How well a line must fit to be run. */
function neededFor({ line, ignored }: PlannedLine, forms: readonly string[]): number {
  const form = formOf(line);
  const isAgreed = form === null || forms.length === 0 || forms.slice(0, 2).includes(form);
  if (isAgreed) return SURE.agreed;
  return ignored.length === 0 ? SURE.whole : SURE.alone;
}

/** At least so much of what a question says must be about containers, that something is offered. */
const FAMILIAR_SHARE = 0.5;

/** Lines of questions like this one, for what the grammar leaves; never run, only offered. */
function rankedLines(clues: Clues, context: PlanContext, deed: Place | null): PlannedLine[] {
  const { reading } = clues;
  const said = reading.tokens.flatMap(({ text, word }, at) => (isIdle(text, word) ? [] : [at]));
  const isFamiliar = (at: number) =>
    reading.mentions.some((mention) => range(mention).includes(at)) ||
    (!reading.strange.includes(at) && !isEveryday(reading.tokens[at]?.text ?? ''));
  const familiar = said.filter(isFamiliar);
  if (deed !== null || familiar.length === 0) return [];
  if (familiar.length / said.length < FAMILIAR_SHARE) return [];
  const offers = context.rank(wordsOf(reading)).flatMap((form) => fillForm(form, clues, context));
  return uniqueLines(weighed(offers, reading, context, null), context);
}

function weighed(
  offers: readonly Offer[],
  reading: Reading,
  { commands }: PlanContext,
  deed: Place | null,
): Weighed[] {
  return offers.flatMap((offer) => {
    const command = commands.find(({ name }) => name === offer.command);
    return command === undefined ? [] : [weigh(offer, command, reading, deed)];
  });
}

/** Offers as lines, each once, with the better score; what does not parse is no line. */
function uniqueLines(offers: readonly Weighed[], context: PlanContext): PlannedLine[] {
  const hosts = declared(context);
  const found = new Map<string, PlannedLine>();
  for (const { offer, score, clauses, ignored } of offers) {
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
