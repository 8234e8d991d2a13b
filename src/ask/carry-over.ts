import { Clues } from './clues.ts';
import { findFacets, findFeature } from './find-facets.ts';
import type { Place } from './find-subjects.ts';
import { findTopic } from './find-topic.ts';
import type { Vocabulary } from './frames/frame.ts';
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
/** “Which containers have secrets in their environment”: points to what the request itself names. */
const OWN =
  /\b((?:containers?|hosts?|servers?|machines?|images?|services?|workloads?|findings?|rules?|who)\b.{0,80}\b)(?:its|they|their|that)\b/gi;
/** What has a subject, said or not. */
const NEEDS_ONE =
  /\b(?:there|one|same|inside|affected|hit|vulnerable|exposed|evidence|proof|why|fix|baseline|the execs?|the shells?|the commands|the controls|the reach|the blast radius)\b/i;
const THEN =
  /\b(?:(since|from|after) |(?:at|by|around|during|in) )?(?:then|(?:that|this|the same) (?:time|moment|day|night|point|date|period)|the meantime|(?:my|our) absence)\b/i;
/** What is asked for a stretch of time. */
const CHANGES =
  /\b(?:chang\w*|new|news|happened|miss(?:ed)?|worse|better|different|fixed|appeared|broke|came up|came in)\b/i;
/** What is asked again for another place or time. */
const SUCH =
  /\b(?:such|those|these|the same)(?: (?:containers?|ones|workloads?|services?|things?))?\b|\bthem\b|\bhow many (?:are|do|of|remain|still)\b/i;
const THINGS = new Set(['GRADE', 'DIGEST', 'IMAGE', 'FEED']);
/** “Post it now”, of a digest. */
const SENDS =
  /^(?:please |pls |so |then |just |can you |could you )*(?:post|send|publish|deliver) (?:it|that|this)\b/i;
const THAT = /\b(?:it|that|this)\b/i;
/** What is asked of a rule. */
const OF_RULES = /\b(?:rules?|report(?:ed|s)?|findings?|flag(?:ged|s)?|fails?|failed|violat\w*)\b/i;
/** “Does the kernel enforce it?” */
const IN_FORCE =
  /\b(?:enforc\w*|in force|in effect|effective|really|actually|kernel|works?|applied)\b/i;
/** “On all hosts: …”. */
const ALL_HOSTS =
  /^(?:(?:on|for|across|i\.?e\.?|meaning|that is),? )*(?:all|every|each)(?: of)?(?: our| the| my)? (?:hosts?|servers?|machines?|boxes|engines?|nodes?)\b|^everywhere\b/i;
const EVERYWHERE = /\b(?:all|every|each|other|others|fleet|everywhere|anywhere|both)\b/i;
/** “All you know about it” is of one. */
const ALL_KNOWN = /\ball (?:that )?(?:you|we) (?:know|have|got)\b/i;
const DEFINES = /\b(?:what|explain|define|meaning|means?)\b/i;
/** “Can you explain that rule?” */
const TEACHES =
  /\b(?:explain|define|meaning|means?|what does (?:this|that|the|it) .{0,12}\b(?:want|require|ask|demand|check|say)|understand|clarify|describe|what (?:is|does|are|do|was) (?:it|that|this|these|they|those))\b/i;
const POINTER = /\b(?:that|this|it|these|those|they)\b/i;
const QUOTED = /["“]([^"“”]{2,60})["”]/;
/** “Accept it”: what was told is what is decided. */
const DECIDES =
  /^((?:please |pls |then |so |kindly )*(?:accept|approve|waive|withdraw|revoke|remove|undo|rotate|unaccept|attest|add|delete|cancel|register|take|drop|retire|decommission|forget|deregister|unregister|exempt|tolerate|certify|confirm|block) )(?:it|them|(?:that|this|the)(?: (?:acceptance|exception|exemption|waiver|attestation|baseline|finding|risk|host|server|machine|box|key))?)\b/i;
/** Denies nothing but that somebody knows. */
const UNKNOWING =
  /\b(?:do|does|did|can|could|am|are) not (?:\w{1,12} )?(?:understand|know|get|see|remember|sure|familiar|find)\b|\bnever heard\b|\bno (?:clue|idea)\b/g;
const DENIES =
  /\b(?:not|except|excluding|without|besides|apart|never|instead|ignore|skip|forget|irrelevant|no longer)\b/;

/**
 * Puts names, subjects and the time of what was told into a request that names none and points back to it.
 * Nothing is carried out of a sentence that denies something.
 */
export function carryOver(
  request: string,
  { asked, told }: { asked: Reading; told: Reading },
  telling: string,
  rules: Vocabulary['rules'],
): Carried {
  const quoted = QUOTED.exec(telling)?.[1];
  if (quoted !== undefined && DEFINES.test(request) && POINTER.test(request))
    return { request: request.replace(POINTER, () => quoted), isChanged: true, isPointing: true };
  if (DECIDES.test(request)) {
    const decided = request.replace(DECIDES, (_all, verb: string) => `${verb}${telling} `);
    return { request: decided, isChanged: true, isPointing: true, isWhole: true };
  }
  const isPointing = POINTS.test(request.replace(OWN, '$1'));
  if (SENDS.test(request) && isOfDigest(told) && !isOfDigest(asked))
    return { request: request.replace(THAT, 'the digest'), isChanged: true, isPointing };
  const textOf = (place: Place) =>
    range(place)
      .map((at) => told.tokens[at]?.text ?? '')
      .join(' ');
  if (
    DENIES.test(
      told.tokens
        .map(({ text }) => text)
        .join(' ')
        .replace(UNKNOWING, ''),
    )
  )
    return { request, isChanged: false, isPointing };
  const added: string[] = [];
  const isOfContainer = (place: Place) => told.containers.some((one) => one === place);
  const rule = [
    told.rule ?? (isPointing && OF_RULES.test(request) ? typedRule(told, rules) : null),
  ].filter((place) => place !== null);
  const subject = [...subjectsOf(told), ...rule].find(
    (place) => isPointing || NEEDS_ONE.test(request) || !isOfContainer(place),
  );
  const topic = isPointing && TEACHES.test(request) ? findTopic(new Clues(told), rules) : null;
  const about = subject ?? (asked.rule === null ? topic : null);
  if (about !== null && subjectsOf(asked).length === 0) {
    added.push(textOf(about));
    // “no-root-user on redis, how to fix”: the rule as well as what it was found at.
    if (asked.rule === null) added.push(...rule.filter((one) => one !== about).map(textOf));
  }
  const [ofTold, ofAsked] = [told, asked].map((one) => findFacets(new Clues(one)));
  if (SUCH.test(request) && ofAsked?.length === 0 && ofTold?.every(({ isDenied }) => !isDenied))
    added.push(...ofTold.map(({ facet }) => facet));
  // “What pulls it down?”, of a score: no place and no name is what it points to.
  const isOfElse =
    isPointing && subject === undefined && told.mentions.some(({ idea }) => THINGS.has(idea));
  if (isOfElse && !asked.mentions.some(({ idea }) => THINGS.has(idea)))
    return { request, isChanged: false, isPointing };
  const feature = isPointing && IN_FORCE.test(request) ? findFeature(new Clues(told)) : null;
  if (feature !== null) added.push(textOf(feature.mention));
  const isOfTwo = /\bcompar/i.test(request) && asked.hosts.length === 1;
  const isNamed =
    asked.hosts.length + asked.labels.length > 0 || EVERYWHERE.test(request.replace(ALL_KNOWN, ''));
  const hasPlace = isNamed && !isOfTwo;
  if (!hasPlace) {
    const hosts = told.hosts.map(({ name }) => name);
    const labels = told.labels.map(({ key, value }) => `${key}=${value}`);
    const named = hosts.length > 0 ? hosts : labels;
    const places = named.length === 0 && ALL_HOSTS.test(telling) ? ['all hosts'] : named;
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

/** A rule by its id, where something of a rule is asked. */
function typedRule({ tokens }: Reading, rules: Vocabulary['rules']): Place | null {
  const from = tokens.findIndex(
    ({ text }) => text.includes('-') && rules.some(({ id }) => id === text),
  );
  return from < 0 ? null : { from, length: 1 };
}

const isOfDigest = ({ mentions }: Reading): boolean =>
  mentions.some(({ idea }) => idea === 'DIGEST');

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
  ...findFacets(new Clues(reading))
    .map(({ facet }) => facet)
    // “A colleague who left”.
    .filter((facet) => facet !== 'gone'),
];
