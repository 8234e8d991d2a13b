import { Clues } from './clues.ts';
import { findFacets } from './find-facets.ts';
import type { Place } from './find-subjects.ts';
import { range } from './lexicon.ts';
import type { Reading } from './read-question.ts';

/** A request that says by itself what was told before it. */
export interface Carried {
  request: string;
  isChanged: boolean;
  /** True where it has a word such as “it”, of something that was said before. */
  isPointing: boolean;
  /** True where all of what was told is in it. */
  isWhole?: boolean;
}

const POINTS = /\b(?:it|its|that|this|these|those|them|they|their|he|she)\b/i;
/** What has a subject, said or not. */
const NEEDS_ONE =
  /\b(?:there|one|same|inside|affected|hit|vulnerable|exposed|evidence|proof|why|fix|baseline)\b/i;
const THEN =
  /\b(?:(since|from|after) |(?:at|by|around|during|in) )?(?:then|(?:that|this|the same) (?:time|moment|day|night|point|date))\b/i;
/** What is asked for a stretch of time. */
const CHANGES =
  /\b(?:chang\w*|new|news|happened|miss(?:ed)?|worse|better|different|fixed|appeared|broke|came up|came in)\b/i;
const EVERYWHERE = /\b(?:all|every|each|other|others|fleet|everywhere|anywhere|both)\b/i;
const DEFINES = /\b(?:what|explain|define|meaning|means?)\b/i;
const POINTER = /\b(?:that|this|it|these|those|they)\b/i;
const QUOTED = /["“]([^"“”]{2,60})["”]/;
/** “Accept it”: what was told is what is decided. */
const DECIDES =
  /^((?:please |pls |then |so |kindly )*(?:accept|approve|waive|withdraw|revoke|remove|undo|rotate|unaccept|attest|add|delete|cancel|register) )(?:it|that|this|them)\b/i;
const DENIES =
  /\b(?:not|except|excluding|without|besides|apart|never|instead|ignore|skip|forget|irrelevant|no longer)\b/;

/**
 * Puts names, subjects and the time of what was told into a request that names none and points back to it.
 * Nothing is carried out of a sentence that denies something.
 */
export function carryOver(
  request: string,
  asked: Reading,
  told: Reading,
  telling: string,
): Carried {
  const quoted = QUOTED.exec(telling)?.[1];
  if (quoted !== undefined && DEFINES.test(request) && POINTER.test(request))
    return { request: request.replace(POINTER, () => quoted), isChanged: true, isPointing: true };
  if (DECIDES.test(request)) {
    const decided = request.replace(DECIDES, (_all, verb: string) => `${verb}${telling} `);
    return { request: decided, isChanged: true, isPointing: true, isWhole: true };
  }
  const isPointing = POINTS.test(request);
  const textOf = (place: Place) =>
    range(place)
      .map((at) => told.tokens[at]?.text ?? '')
      .join(' ');
  if (DENIES.test(told.tokens.map(({ text }) => text).join(' ')))
    return { request, isChanged: false, isPointing };
  const added: string[] = [];
  const isOfContainer = (place: Place) => told.containers.some((one) => one === place);
  const subject = subjectsOf(told).find(
    (place) => isPointing || NEEDS_ONE.test(request) || !isOfContainer(place),
  );
  if (subject !== undefined && subjectsOf(asked).length === 0) added.push(textOf(subject));
  const isOfTwo = /\bcompar/i.test(request) && asked.hosts.length === 1;
  const isNamed = asked.hosts.length + asked.labels.length > 0 || EVERYWHERE.test(request);
  const hasPlace = isNamed && !isOfTwo;
  if (!hasPlace) {
    const hosts = told.hosts.map(({ name }) => name);
    const labels = told.labels.map(({ key, value }) => `${key}=${value}`);
    const places = hosts.length > 0 ? hosts : labels;
    if (places.length > 0) added.push(`on ${places.join(' and ')}`);
  }
  const isThen = THEN.test(request);
  const isOfTime = asked.when === null && told.when !== null && (isThen || CHANGES.test(request));
  const time = told.when === null ? '' : textOf(told.when).replace(/^(?:since|from|at|on|in) /, '');
  if (isOfTime && !isThen) added.push(`since ${time}`);
  const timed = isOfTime
    ? request.replace(THEN, (_all, lead: string | undefined) => `${lead ?? ''} ${time}`)
    : request;
  return {
    request: [timed.trimEnd().replace(/[.?!]$/, ''), ...added].join(' '),
    isChanged: isOfTime || added.length > 0,
    isPointing,
  };
}

/** What a sentence is about, beside hosts and times. */
const subjectsOf = (reading: Reading): Place[] =>
  [
    reading.code,
    reading.vulnerability,
    reading.software,
    reading.control,
    reading.image,
    ...reading.containers,
  ].filter((place) => place !== null);

/** True where severities or facets were told that are not asked for: they narrow what is asked, wherever they stand. */
export function isLeftAside(told: Reading, asked: Reading): boolean {
  const inAsked = new Set(narrowings(asked));
  return narrowings(told).some((one) => !inAsked.has(one));
}

const narrowings = (reading: Reading): string[] => [
  ...reading.mentions.flatMap(({ idea }) =>
    /^(?:CRITICAL|HIGH|MEDIUM|LOW)$/.test(idea) ? [idea] : [],
  ),
  ...findFacets(new Clues(reading)).map(({ facet }) => facet),
];
