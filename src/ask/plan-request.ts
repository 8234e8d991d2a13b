import type { Command } from '../command/command.ts';
import { type ParsedLine, parseLine } from '../command/parse-line.ts';
import type { Rule } from '../rules/rule.ts';
import { UserError } from '../shared/errors.ts';
import { once } from '../shared/once.ts';
import { quoteWord } from '../shared/text.ts';
import { Clues } from './clues.ts';
import { declared } from './declared-hosts.ts';
import { isStopDenied } from './denied-stop.ts';
import type { Place } from './find-subjects.ts';
import { foreignDeed } from './foreign-deed.ts';
import { allFrames } from './frames/all-frames.ts';
import { isEveryday, range } from './lexicon.ts';
import { fillForm, formOf, wordsOf } from './line-forms.ts';
import { eachSubject, linesApart } from './lines-apart.ts';
import type { Offer } from './offer.ts';
import { isOtherQuestion } from './other-question.ts';
import type { RankedForm, Ranker } from './rank-lines.ts';
import { type Calendar, type KnownNames, type Reading, readQuestion } from './read-question.ts';
import { type Missing, missingOf, strangeText, unknownName } from './unknown-name.ts';
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

/** The same, with what was made of its parts so far: most are looked at several times. */
export interface Understanding extends PlanContext {
  read: (text: string) => Reading;
  /** Of what is only told beside a question. */
  readTold: (text: string) => Reading;
  /** What one request means, all that it says taken together. */
  plan: (request: string) => Plan;
  cluesOf: (text: string) => Clues;
  offersOf: (text: string) => Offer[];
  likeOnes: (reading: Reading) => RankedForm[];
  declared: ReturnType<typeof declared>;
}

/** Makes what is needed to understand one question: each part of it is taken apart once. */
export function understanding(context: PlanContext): Understanding {
  const { calendar, rank } = context;
  const read = once((text: string) => readQuestion(text, context, context, calendar));
  const readTold = once((text: string) => readQuestion(text, context, context, calendar, true));
  const cluesOf = once((text: string) => new Clues(read(text)));
  const offersOf = once((text: string) => {
    const clues = cluesOf(text);
    const offers = allFrames.flatMap((frame) => frame(clues, context));
    // None fits better once it is weighed.
    return offers.filter(({ score }) => score >= POSSIBLE);
  });
  const likeOnes = once((reading: Reading) => rank(wordsOf(reading)));
  const made: Understanding = {
    ...{ ...context, read, readTold, cluesOf, offersOf, likeOnes, declared: declared(context) },
    plan: once((request: string) => planRequest(request, made)),
  };
  return made;
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

/** From here on a line is run, if questions like this one had such a line. */
const SURE = 0.6;
/** So many forms, and those that are nearly as likely as the first, are what questions like this one had. */
const AGREED = { first: 2, share: 0.8 };
/** So much worse is what else the question may mean. */
const MARGIN = 0.07;
/** Below, a line is not even offered. */
const POSSIBLE = 0.3;
/** So many lines are shown. */
export const OFFERED_MAX = 3;

function planRequest(question: string, context: Understanding): Plan {
  const clues = context.cluesOf(question);
  const { reading } = clues;
  if (reading.tokens.length === 0) return { kind: 'none' };
  const deed = foreignDeed(clues);
  const likely = offersFor(question, context, deed);
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
  const withLikeOnes = () => shownOf(planned, rankedLines(clues, context, deed));
  if (best === undefined) {
    const missing = strangerAlone(question, context);
    const shown = missing === null ? withLikeOnes() : [];
    return shown.length === 0 && missing === null
      ? { kind: 'none' }
      : { kind: 'unsure', planned: shown, missing };
  }
  const stranger = unknownName(reading, top?.used ?? new Set());
  const sure = stranger === null && !reading.isLess ? surest(planned, clues, context) : null;
  const asked = { ...context, hosts: context.declared };
  const parse = (text: string) => tryParse(text, asked);
  const apart = sure === null ? [] : linesApart(sure, clues, { question, parse });
  if (apart.length > 0)
    return { kind: 'unsure', planned: firstShown([...apart, sure ?? []].flat()), missing: null };
  if (sure !== null) return { kind: 'sure', planned: sure };
  if (stranger !== null) {
    const missing = missingOf(stranger, best.command.name);
    return { kind: 'unsure', planned: withLikeOnes(), missing };
  }
  const subjects = eachSubject(best, clues, { question, parse });
  const shown = subjects.length === 0 ? [] : [...subjects, ...planned];
  return {
    kind: 'unsure',
    planned: shown.length === 0 ? withLikeOnes() : firstShown(shown),
    missing: null,
  };
}

/** What a question says of which nothing else is understood, where a name that nobody knows stands as one: “is node-05 ok”. */
export function strangerAlone(text: string, context: Understanding): Missing | null {
  const stranger = asksDeed(text, context) ? null : unknownName(context.read(text), new Set());
  const isSure = stranger?.isSaid && (stranger.what === 'container' || /\d/.test(stranger.typed));
  return isSure ? missingOf(stranger, 'inspect') : null;
}

/** What the grammar finds and what questions like this one had, of which the likeliest has a place in any case. */
function shownOf(planned: readonly PlannedLine[], alike: readonly PlannedLine[]): PlannedLine[] {
  const [likeliest] = alike;
  const [first, second] = planned;
  const ordered = [first, second, likeliest, ...planned, ...alike].filter(
    (one) => one !== undefined,
  );
  return firstShown(ordered);
}

/** So many lines as are shown, each once. */
export function firstShown(ordered: readonly PlannedLine[]): PlannedLine[] {
  const lines = ordered.map(({ line }) => line);
  return ordered.filter(({ line }, at) => lines.indexOf(line) === at).slice(0, OFFERED_MAX);
}

/** True for a request for a deed that Seawall never does, or that somebody has to decide. */
export const asksDeed = (text: string, { cluesOf }: Understanding): boolean =>
  foreignDeed(cluesOf(text)) !== null;

/** True for what the grammar finds nothing in, and that asks for no deed. */
export const isUnanswered = (text: string, context: Understanding): boolean =>
  !asksDeed(text, context) && offersFor(text, context).length === 0;

/** The lines of a plan that the grammar finds likely. */
export const likelyLines = (plan: Plan): PlannedLine[] => {
  if (plan.kind === 'none') return [];
  return plan.kind === 'sure'
    ? [plan.planned]
    : plan.planned.filter(({ score }) => score >= POSSIBLE);
};

/** What the grammar finds in a question, the likeliest first. */
const offersFor = (text: string, context: Understanding, deed: Place | null = null): Weighed[] =>
  weighed(context.offersOf(text), context.read(text), context, deed)
    .filter(({ score }) => score >= POSSIBLE)
    .toSorted((a, b) => b.score - a.score);

/**
 * The line that is run; null where none is sure. Likeness to questions that were asked is a second opinion: it
 * tells which of two that fit as well is meant, and where it is of another mind none is sure.
 */
function surest(
  planned: readonly PlannedLine[],
  clues: Clues,
  { likeOnes }: Understanding,
): PlannedLine | null {
  const [best] = planned;
  if (best === undefined) return null;
  const alike = planned.filter(({ score }) => best.score - score < MARGIN);
  const forms = likeOnes(clues.reading);
  const likeliest = alike.find(({ line }) => formOf(line) === forms[0]?.form);
  const one = alike.length === 1 ? best : likeliest;
  const isRun = one !== undefined && !isOtherQuestion(one, clues);
  return isRun && one.score >= SURE && isAgreed(one, forms) ? one : null;
}

/** True for a line as questions like this one had it; for each where no such questions are known. */
function isAgreed({ line }: PlannedLine, forms: readonly RankedForm[]): boolean {
  const form = formOf(line);
  if (form === null || forms.length === 0) return true;
  return forms.some(
    (one, at) => one.form === form && (at < AGREED.first || one.share >= AGREED.share),
  );
}

/** At least so much of what a question says must be about containers, that something is offered. */
const FAMILIAR_SHARE = 0.5;

/** Lines of questions like this one, for what the grammar leaves; never run, only offered. */
function rankedLines(clues: Clues, context: Understanding, deed: Place | null): PlannedLine[] {
  const { reading } = clues;
  const said = reading.tokens.flatMap(({ text, word }, at) => (isIdle(text, word) ? [] : [at]));
  const isFamiliar = (at: number) =>
    reading.mentions.some((mention) => range(mention).includes(at)) ||
    (!reading.strange.includes(at) && !isEveryday(reading.tokens[at]?.text ?? ''));
  const familiar = said.filter(isFamiliar);
  if (deed !== null || familiar.length === 0) return [];
  if (familiar.length / said.length < FAMILIAR_SHARE) return [];
  const isKept = isStopDenied(clues);
  const offers = context
    .likeOnes(reading)
    .flatMap(({ form }) => fillForm(form, clues, context))
    .filter(({ words }) => !(isKept && words.includes('off')));
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
function uniqueLines(offers: readonly Weighed[], context: Understanding): PlannedLine[] {
  const asked = { ...context, hosts: context.declared };
  const found = new Map<string, PlannedLine>();
  for (const { offer, score, clauses, ignored } of offers) {
    if (offer.missing !== undefined) continue;
    const words = [offer.command, ...offer.words, ...clauses].map(quoteWord).join(' ');
    const parsed = tryParse(words + (offer.flags ?? ''), asked);
    if (parsed === null) continue;
    const { command, request, line } = parsed;
    // “High critical” and “critical high” are one line.
    const key = line.split(' ').toSorted().join(' ');
    if (found.has(key)) continue;
    found.set(key, { line, score, ignored, command, words: request.words });
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
