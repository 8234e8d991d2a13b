import { Clues } from './clues.ts';
import { findFacets, findFeature } from './find-facets.ts';
import type { Place } from './find-subjects.ts';
import { findTopic } from './find-topic.ts';
import type { Vocabulary } from './frames/frame.ts';
import { range } from './lexicon.ts';
import type { Reading } from './read-question.ts';
import { isElsewhere, leftOutTold, placesTold } from './told-places.ts';

/** A request that says by itself what was told before it. */
export interface Carried {
  request: string;
  isChanged: boolean;
  /** True where it has a word such as “it”, of something that was said before. */
  isPointing: boolean;
  /** True where all of what was told is in it. */
  isWhole?: boolean;
}

const POINTS =
  /\b(?:it|its|(?:that|this)(?! (?:channel|room|chat|workspace|(?:very )?(?:week|month|year|quarter|morning|afternoon|evening))\b)|these|those|them|they|their|he|she)\b/i;
/** “Which containers have secrets in their environment”: points to what the request itself names. */
const OWN =
  /\b((?:containers?|hosts?|servers?|machines?|images?|services?|workloads?|findings?|rules?|who)\b.{0,80}\b)(?:its|they|their|that)\b/gi;
/** What has a subject, said or not. */
const NEEDS_ONE =
  /(?<!\b(?:is|are|was|were) )\bthere\b(?! (?:is|are|was|were)\b)|\b(?:one|same|inside|affected|hit|vulnerable|exposed|evidence|proof|why|fix|baseline|the (?:container|service|workload)|the execs?|the shells?|the commands|the controls|the reach|the blast radius)\b/i;
/** What is asked of many, or of Seawall. */
const SETS =
  /\b(?:containers|hosts?|servers?|machines?|box|boxes|engines?|fleet|images?|findings?|problems|issues|risks?|who|whom|which|any\w*|every\w*|all|most|we|our|us|team|you|your|seawall|digest|alerts?|audit|feeds?|scan|score|grade|hosts|list|show|give)\b/i;
const THEN =
  /\b(?:(since|from|after) |(?:at|by|around|during|in) )?(?:then|(?:that|this|the same) (?:time|moment|day|night|point|date|period)|the meantime|(?:my|our) absence)\b/i;
/** What is asked for a stretch of time. */
const CHANGES =
  /\b(?:chang\w*|new|news|happened|miss(?:ed)?|worse|better|different|fixed|appeared|broke|came up|came in)\b/i;
/** What is asked again for another place or time. */
const SUCH =
  /\b(?:such|those|these|the same)(?: (?:containers?|ones|workloads?|services?|things?))?\b|\bthem\b|\b(?:that|this|it|so) (?:true|the case)\b|\b(?:which|what) (?:containers?|workloads?|services?|ones) (?:do|does|are|is|have|has)\b(?=[?.]?$)|\bwho (?:does|is|has)\b(?=[?.]?$)\b|\b(?:do|does|did|have|has|use|uses|run like|are like) (?:that|this|it|so)\b|\bhow many (?:are|do|of|remain|still)\b/i;
/** “Which containers still can?”: what was told, be it that none may. */
const ELLIPTIC =
  /^(?:(?:so|and|but|now|then),? )*(?:which|what|who)(?: of (?:them|those|ours?))?(?: \w+)? (?:still )?(?:do|does|are|is|have|has|can|could)(?: still| anyway| so| it| that| able to| allowed to)*((?: (?:on|in|at) [\w=.-]+)?)[?.]?$/i;
const THINGS = new Set(['GRADE', 'DIGEST', 'IMAGE', 'FEED']);
/** “Post it now” and “when does it come”, of a digest. */
const SENDS =
  /^(?:please |pls |so |then |just |can you |could you )*(?:post|send|publish|deliver) (?:it|that|this)\b|\b(?:it|this|that) (?:\w{1,9} )?(?:posted|sent|published|delivered|come|comes|coming|arrive|arrives|due)\b/i;
/** “Give me one for web1”, of a file. */
const ONE =
  /\b(?:give|send|make|create|export|get|need|want|prepare|produce|have|build|generate)\b.{0,12}\b(?:one|it|that)\b/i;
const FORMATS = new Set(['SARIF', 'CSV', 'JSON', 'SBOM', 'SPDX']);
const THAT = /\b(?:it|that|this)\b/i;
/** What is asked of a rule. */
const OF_RULES = /\b(?:rules?|report(?:ed|s)?|findings?|flag(?:ged|s)?|fails?|failed|violat\w*)\b/i;
/** “Does the kernel enforce it?” */
const IN_FORCE =
  /\b(?:enforc\w*|in force|in effect|effective|really|actually|kernel|works?|applied)\b/i;
const DEFINES = /\b(?:what|explain|define|meaning|means?)\b/i;
/** “Can you explain that rule?” */
const TEACHES =
  /\b(?:explain|define|meaning|means?|what does (?:this|that|the|it) .{0,12}\b(?:want|require|ask|demand|check|say)|understand|clarify|describe|what (?:is|does|are|do|was) (?:it|that|this|these|they|those))\b/i;
const OF_TOPIC =
  /\b(?:the|this|that) (?:term|word|expression|concept|acronym|abbreviation|rule|idea|thing)\b/i;
const POINTER = /\b(?:that|this|it|these|those|they)\b/i;
const QUOTED = /["“]([^"“”]{2,60})["”]/;
/** “Accept it”: what was told is what is decided. */
const DECIDES =
  /^((?:please |pls |then |so |kindly )*(?:accept|approve|waive|withdraw|revoke|remove|undo|rotate|unaccept|attest|add|delete|cancel|register|take|drop|retire|decommission|forget|deregister|unregister|exempt|tolerate|certify|confirm|block) )(?:it|them|(?:that|this|the)(?: (?:acceptance|exception|exemption|waiver|attestation|baseline|finding|risk|host|server|machine|box|key))?)\b/i;
/** “Without it”, “where it is switched off”. */
const LACKS =
  /(?:\b(?:without|lacks?|lacking|miss(?:es|ing)?)|(?:\bnot|n['’]t|\bnever) (?:have|use|set|got)) (?:it|one|that|this|any|them|such a thing)\b|\b(?:it|that|this|they)(?: is|['’]s| are|['’]re| was)?(?: still)? (?:(?:switched|turned) off|off|disabled|unset|missing|not (?:on|set|active|there|enabled|used))\b/i;
const LACKED = /\b(?:it|one|that|this|any|them|they|such a thing)\b/i;
const IMPORTS = /\b(?:import|ingest|load|read)\b/i;
/** “She'd like the open findings”. */
const WISHING = /^(?:he|she|they)(?:['’]d| would)? (?:likes?|wants?|needs?)\b/i;
/** “The key of web1”. */
const OF_HOST = /\b(?:the|that|this) (?:host|server|machine|box|key)\b/gi;
/** Denies nothing but that somebody knows. */
const UNKNOWING =
  /\b(?:do|does|did|can|could|am|are) not (?:\w{1,12} )?(?:understand|know|get|see|remember|sure|familiar|find|believe|trust|accept|agree|buy)\b|\bnever heard\b|\bno (?:clue|idea)\b/g;
const AUXILIARY = /^(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would)$/;
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
  const isOwn = subjectsOf(asked).length > 0 || asked.rule !== null;
  if (!isOwn && DECIDES.test(asked.hosts.length > 0 ? request.replace(OF_HOST, '') : request)) {
    const said = telling.replace(/[.!:](?=,|$)/g, '');
    const decided = request.replace(DECIDES, (_all, verb: string) => `${verb}${said} `);
    return { request: decided, isChanged: true, isPointing: true, isWhole: true };
  }
  const isPointing = POINTS.test(withoutOwn(request, asked));
  if (SENDS.test(request) && isOfDigest(told) && !isOfDigest(asked))
    return { request: request.replace(THAT, 'the digest'), isChanged: true, isPointing };
  const [ofTold = [], ofAsked = []] = [told, asked].map((one) => findFacets(new Clues(one)));
  const place = ELLIPTIC.exec(request)?.[1];
  if (place !== undefined && ofAsked.length === 0 && ofTold.length > 0) {
    const facets = ofTold.map(({ facet }) => facet);
    const places = placesTold(request, { asked, told }, telling);
    const subject = withEnd('which containers', [...facets, ...places]) + place;
    return { request: subject, isChanged: true, isPointing };
  }
  if (DENIES.test(claimsOf(told).replace(UNKNOWING, ''))) {
    const places =
      leftOutTold(told).length > 0 || isElsewhere(request)
        ? placesTold(request, { asked, told }, telling)
        : [];
    const isChanged = places.length > 0;
    return { request: withEnd(request, places), isChanged, isPointing };
  }
  const added = aboutTold(request, { asked, told }, isPointing, rules);
  const denied = ownDenial(request, told);
  if (
    denied === null &&
    SUCH.test(request) &&
    ofAsked.length === 0 &&
    ofTold.every(({ isDenied }) => !isDenied)
  )
    added.push(...ofTold.map(({ facet }) => facet));
  // “What pulls it down?”, of a score: no place and no name is what it points to.
  const isOfElse =
    isPointing && added.length === 0 && told.mentions.some(({ idea }) => THINGS.has(idea));
  if (isOfElse && !asked.mentions.some(({ idea }) => THINGS.has(idea)))
    return { request, isChanged: false, isPointing };
  const format = ONE.test(request)
    ? told.mentions.find(({ idea }) => FORMATS.has(idea))
    : undefined;
  if (format !== undefined && !asked.mentions.some(({ idea }) => FORMATS.has(idea)))
    added.push(`as ${textOf(told, format)}`);
  const feature = isPointing && IN_FORCE.test(request) ? findFeature(new Clues(told)) : null;
  if (feature !== null) added.push(textOf(told, feature.mention));
  added.push(...placesTold(request, { asked, told }, telling));
  const isThen = THEN.test(request);
  const isOfTime = asked.when === null && told.when !== null && (isThen || CHANGES.test(request));
  const time =
    told.when === null ? '' : textOf(told, told.when).replace(/^(?:since|from|at|on|in) /, '');
  if (isOfTime && !isThen) added.push(`since ${time}`);
  const wanted = denied ?? request;
  const timed = isOfTime
    ? wanted.replace(THEN, (_all, lead: string | undefined) => `${lead ?? ''} ${time}`)
    : wanted;
  return {
    request: withEnd(timed, added),
    isChanged: denied !== null || isOfTime || added.length > 0,
    isPointing,
  };
}

const withEnd = (request: string, added: readonly string[]): string =>
  [request.trimEnd().replace(/[.?!]$/, ''), ...added].join(' ');

/** What is told, without that a container is not as somebody says: “redis isn't isolated” is about redis. */
function claimsOf({ tokens, containers }: Reading): string {
  const ends = new Set(containers.map(({ from, length }) => from + length));
  const isOfOne = (at: number) => ends.has(at - 1) && AUXILIARY.test(tokens[at - 1]?.text ?? '');
  return tokens.map(({ text }, at) => (text === 'not' && isOfOne(at) ? '' : text)).join(' ');
}

/** What a sentence says at a place. */
const textOf = ({ tokens }: Reading, place: Place): string =>
  range(place)
    .map((at) => tokens[at]?.text ?? '')
    .join(' ');

/** What was told that the request is about: a name, a file, a rule or a term. */
function aboutTold(
  request: string,
  { asked, told }: { asked: Reading; told: Reading },
  isPointing: boolean,
  rules: Vocabulary['rules'],
): string[] {
  const isOfContainer = (place: Place) => told.containers.some((one) => one === place);
  const rule = [
    told.rule ?? (isPointing && OF_RULES.test(request) ? typedRule(told, rules) : null),
  ].filter((place) => place !== null);
  // “Python 3.8 is old. Which versions of python are there?”
  const isSaid = (place: Place) =>
    place === told.software && asked.tokens.some(({ text }) => text === told.software?.name);
  const file = IMPORTS.test(request) && asked.file === null ? [told.file] : [];
  const needsOne =
    isPointing || NEEDS_ONE.test(request) || !(SETS.test(request) || namesItself(asked));
  const subject = [...file, ...subjectsOf(told), ...rule]
    .filter((place) => place !== null)
    .find((place) => !isSaid(place) && (needsOne || !isOfContainer(place)));
  const isOfTopic = (isPointing || OF_TOPIC.test(request)) && TEACHES.test(request);
  const topic = isOfTopic ? findTopic(new Clues(told), rules) : null;
  const about = subject ?? (asked.rule === null ? topic : null);
  if (about === null || subjectsOf(asked).length > 0) return [];
  // “no-root-user on redis, how to fix”: the rule as well as what it was found at.
  const others = asked.rule === null ? rule.filter((one) => one !== about) : [];
  return [about, ...others].map((place) => textOf(told, place));
}

/** “Which run without it”: the request with what was told in the place of “it”; null where nothing is lacking. */
function ownDenial(request: string, told: Reading): string | null {
  const clues = new Clues(told);
  const feature = LACKS.test(request) ? findFeature(clues) : null;
  if (feature === null) return null;
  const text = textOf(told, feature.mention);
  const limit = clues.has('LIMIT') && !/limit/.test(text) ? ' limit' : '';
  return request.replace(LACKS, (all) => all.replace(LACKED, () => text + limit));
}

/** A request without the words that point to what it names itself: “approve redis as it looks now”. */
function withoutOwn(request: string, asked: Reading): string {
  const [first] = subjectsOf(asked).toSorted((a, b) => a.from - b.from);
  const text = request.replace(WISHING, '').replace(OWN, '$1');
  if (first === undefined) return text;
  const name = asked.tokens[first.from]?.text ?? '';
  const at = text.toLowerCase().indexOf(name);
  return at < 0 ? text : text.slice(0, at);
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

/** True for a sentence that says what alone is meant: “we only care about privileged containers”. */
export const isNarrowing = (sentence: string): boolean =>
  /\b(?:only|nothing but|solely|exclusively|(?:care|talk\w*|worr\w+) about|interested in|(?:limit|restrict|focus|concentrat)\w* (?:\w{1,12} )?(?:to|on))\b/i.test(
    sentence,
  );

/** Of images. */
const FILTERS = new Set(['SECRET', 'UNUSED', 'EXPLOITED', 'CRITICAL_VULN']);

/**
 * True where severities or facets were told that are not asked for: they narrow what is asked, wherever they
 * stand. What names severities, facets or a subject itself is asked as it stands.
 */
export function isLeftAside(told: Reading, asked: Reading, telling: string): boolean {
  const inAsked = new Set(narrowings(asked));
  const isFiltered = asked.mentions.some(({ idea }) => FILTERS.has(idea));
  const isWhole =
    isFiltered || inAsked.size > 0 || asked.rule !== null || subjectsOf(asked).length > 0;
  if (isWhole && !isNarrowing(telling)) return false;
  return narrowings(told).some((one) => !inAsked.has(one));
}

/** True for a request that names hosts or a subject: no other name is needed to answer it. */
export const namesItself = (asked: Reading): boolean =>
  asked.hosts.length + asked.leftOut.length + asked.labels.length + subjectsOf(asked).length > 0 ||
  asked.rule !== null;

const narrowings = (reading: Reading): string[] => [
  ...reading.mentions.flatMap(({ idea }) =>
    /^(?:CRITICAL|HIGH|MEDIUM|LOW)$/.test(idea) ? [idea] : [],
  ),
  ...findFacets(new Clues(reading))
    .map(({ facet }) => facet)
    // “A colleague who left”.
    .filter((facet) => facet !== 'gone'),
];
