import { type Against, against } from '../against.ts';
import type { Clues } from '../clues.ts';
import { findFacets } from '../find-facets.ts';
import { isOrWorse } from '../find-severities.ts';
import { type Offer, offer } from '../offer.ts';
import type { Frame } from './frame.ts';

const DIFF_IDEAS =
  'VIOLATE CHANGED LIST FINDING HOST EXPLAIN RISK SECURE CRITICAL HIGH REPORTED HOW_CHANGED RUN NOT INSPECT BAD OLD FIX LAST_SCAN SCAN STATE_OK OK_THING EVERYWHERE CONTAINER YOU IMAGE WATCH BLIND GONE';

/** What somebody did to the containers: “what did the shop team fix”. */
const DID =
  /\bdid .{0,40}\b(?:fix|solve|repair|resolve|close|improve|deploy|break|chang(?:e|ed)|worsen|regress|degrade|deteriorate)\b/;

const OURS =
  /\bdid (?:we|they|you|people|chang(?:e|ed)|(?:any|some|every|no)\w*|things|teams?|[\w-]+ team|the|our|all|that|this|it|i)\b/;

/** “What did alice fix?”: who fixed a finding is not known. */
export const isOfOnePerson = (clues: Clues): boolean => clues.says(DID) && !clues.says(OURS);

/** “What is the difference between a finding and a rule?”: two words are explained. */
const OF_WORDS = /\b(?:diff|differences?) between (?:an?|the (?:word|term)s?) \S+ (?:\S+ )?and\b/;

/** What is asked beside what is new, or instead of it. */
const AGAINST_CHANGES: Against = [
  [/\bhow (?:has|have|did|is|are|does|do|was)\b/, 0.45],
  [/\b(?:trend|over time|history|graph|chart|plot|score|grade|evolv\w*)\b/, 0.35],
  [/\bwho\b/, 0.4],
  // “Which host is worse” compares them, and “worse than medium” is a severity.
  [
    /\bworse than\b|\b(?:which|what)(?: one)?(?: of .{0,30})? (?:hosts?|servers?|machines?|box|one|ones)\b.{0,12} worse\b/,
    0.7,
  ],
  [isOrWorse, 0.6],
  // It takes no severity.
  [(clues) => clues.has('CRITICAL|HIGH|MEDIUM|LOW') && clues.has('FINDING'), 0.35],
  [(clues) => clues.says(/\bgetting\b/) || isOfThen(clues), 0.4],
  [(clues) => isOfOnePerson(clues) || clues.says(OF_WORDS), 0.5],
  [
    /\b(?:can|could|do|did|are|will|would|able|may|might|is|have|has|allow) (?:you|seawall|(?:the|this) bot)\b(?! (?:find|found|see|seen|notice|detect))/,
    0.5,
  ],
  [
    (clues) =>
      clues.says(/\b(?:what is|what are) the differences?\b|\bdiffers?\b|\bcompare/) &&
      clues.reading.when === null,
    0.3,
  ],
  [
    (clues) =>
      clues.says(/\b(?:our|the|my) (?:security|score|grade|posture)\b/) && !clues.says(/^what\b/),
    0.4,
  ],
  [(clues) => clues.has('EXEC|DIGEST|FEED|ALERT') && !clues.says(/\bchang|\bnew\b/), 0.4],
  [
    (clues) => findFacets(clues).some(({ facet }) => facet !== 'gone' && facet !== 'public-port'),
    0.4,
  ],
  // They are listed by `containers`, and what is new at them by this.
  [/\bnew (?:containers?|workloads?|services?)\b/, 0.3],
  [
    /\bnew (?:scan|privileges|version|one)\b|\b(?:add|register|connect|onboard|enroll?) (?:an?|another|some|our|the) new\b/,
    0.6,
  ],
  [(clues) => clues.has('HOW_TO|WHY') || clues.says(/^(?:fix|resolve|solve)\b/), 0.45],
  [/\bhow (?:do|can|to|should)\b|\bfix first\b|\b(?:best|top) fixes\b/, 0.4],
];

/** What is new, worse or fixed. */
export const changes: Frame = (clues) => {
  if (!(clues.has('CHANGED') || clues.says(DID)) || clues.container !== null) return [];
  if (
    clues.reading.hosts.length > 1 ||
    clues.reading.vulnerability !== null ||
    clues.reading.software !== null
  )
    return [];
  const isWhat = clues.says(
    /\bwhat(?:'s)?\b|\bwhich\b|\banything\b|\bshow\b|\blist\b|\bany\b|\bhas\b|\bhave\b|\bdid\b|\bgive\b|\bsomething\b|\bsummary\b|\boverview\b|\brecap\b|\breport\b/,
  );
  const isStrong =
    clues.says(DID) ||
    clues.says(
      /\b(?:chang(?:ed|es?|ing)|new|news|newly|worse|worsened|fixed|resolved|appeared|improved|regress\w*|different|differences?|happened|happening|happen|diff|delta|catch me up|miss(?:ed)?|degraded|deteriorated|introduced|solved|closed|came up|showed up|popped up|cropped up|turned up|went wrong|gone wrong|broke|emerged|got better|surfaced|changelog)\b|\bdrift(?:ed)?\b/,
    );
  if (!isStrong && clues.reading.when === null) return [];
  if (clues.says(/^(?:undo|revert|roll ?back)\b/)) return [];
  const fit = isStrong ? (isWhat || clues.reading.tokens.length <= 5 ? 1 : 0.7) : 0.35;
  const score = fit - against(clues, AGAINST_CHANGES);
  return [offer('diff', [], score, DIFF_IDEAS, { isBroad: true })];
};

const TREND_IDEAS =
  'TREND CHANGED RISK HOW_CHANGED LIST HOST GRADE FINDING SECURE EXPLAIN INSPECT BAD CONTAINER EVERYWHERE STATE_OK COMPARE OK_THING HOW_MANY CRITICAL HIGH';

/** “Are we better than last week?”, “did prod-2 get better?”, “how was prod-2 a month ago?”: the score of then and of now. */
function isOfThen(clues: Clues): boolean {
  const { when } = clues.reading;
  if (when === null)
    return clues.says(
      /^(?:did|has|have) .{1,40}\b(?:(?:get|got|gotten|become) (?:any )?(?:better|worse)|improved?|worsen(?:ed)?)$/,
    );
  return (
    clues.says(
      /^(?:is|are|were|was) .{1,40}\b(?:better|worse|safer|(?:more|less) secure)(?: off)?(?: (?:than|compared)\b| .{1,20}\bago$| last \w+$)/,
    ) ||
    clues.says(
      /^did (?:our |the )?(?:security|posture|score|grade|risk) (?:improve|worsen|drop|rise)\b/,
    ) ||
    (!(when.clause === 'at' && clues.has('FINDING')) &&
      clues.says(
        /^how (?:good |bad |secure |safe )?(?:was|were) .{1,40}(?:\bago|\b(?:on|in|last|since) [\w-]{3,12}|\byesterday)$/,
      ))
  );
}

/** What is no question about the score over time. */
const AGAINST_TREND: Against = [
  [/\b(?:command|audit|change) (?:history|log|trail)\b|\bhistory of (?:commands|changes)\b/, 0.5],
  [
    /\bwhat (?:has|have|is|are|got|was|were)?\b.{0,12}\b(?:changed|new|worse|fixed|improved)\b/,
    0.35,
  ],
  // “Changes over the last week” are a list.
  [(clues) => clues.says(/\bchanges\b/) && !clues.has('GRADE|RISK'), 0.5],
  ['EXEC|DIGEST|FEED|IMAGE', 0.4],
  [/\bimage history|history of (?:the )?(?:image|container)/, 0.5],
  [(clues) => findFacets(clues).length > 0, 0.3],
];

/** The score over time. */
export const trend: Frame = (clues) => {
  if (clues.container !== null || clues.reading.hosts.length > 1) return [];
  const isNamed = clues.says(
    /\b(?:trends?|trending|(?:better|worse) off|history|over time|graph|chart|plot|picture|draw|drawing|curve|timeline|evol\w+|trajectory|improving|progress\w*|develop\w*|historical\w*|getting (?:better|worse|safer|more secure|less secure)|(?:become|becoming|became|got|get) (?:any )?(?:safer|more secure|less secure)|security (?:got|become|gotten) (?:better|worse)|over the (?:last|past|months|weeks)|going (?:up|down)|gone (?:up|down)|went (?:up|down)|visuali[sz]e|diagram|rising|falling|declining|(?:de|in)creas(?:e|ed|es|ing))\b|\b(?:score|grade|risk|security|posture)\b.{0,20}\b(?:get|got|become|became|go|went) (?:any )?(?:better|worse|up|down|safer)\b/,
  );
  const isHow = clues.says(
    /\bhow (?:has|have|did|is|are|does|do|was|were)\b.{0,60}\b(?:chang\w*|evol\w*|develop\w*|improv\w*|mov\w*|gone|look\w*|progress\w*|over|trend\w*)\b/,
  );
  const isThen = isOfThen(clues);
  const isScore =
    isThen ||
    (clues.reading.when?.clause === 'since' &&
      (clues.has('COMPARE') || !clues.says(/\b(?:today|now|currently|at the moment)\b/)) &&
      clues.says(/\b(?:scores?|grades?|postures?|ratings?|security level)\b/));
  if (!isNamed && !isHow && !isScore) return [];
  let score = isNamed || isScore || (isHow && clues.has('RISK|SECURE|GRADE|FINDING')) ? 1 : 0.75;
  score -= against(clues, AGAINST_TREND);
  // “How does web1 look” asks about now.
  if (!isNamed && clues.reading.when === null && clues.says(/\blooks?\b/)) score -= 0.35;
  // “How did the findings look three hours ago” asks about a moment.
  const isMoment = clues.has('FINDING') && clues.says(/\blook(?:ed)?\b.{0,40}\bago\b/);
  if (!isNamed && isMoment) score -= 0.45;
  return [offer('history', [], score, TREND_IDEAS, { isBroad: true })];
};

const COMPARE_IDEAS =
  'COMPARE HOST CHANGED SECURE GRADE LIST EXPLAIN OK_THING FINDING INSPECT STATE_OK RISK BAD TREND HOW_CHANGED CONTROLS CONTAINER RUN';

/** Two hosts side by side, or two containers. */
export const comparison: Frame = (clues) => {
  const [left, right, third] = clues.reading.hosts;
  const isAsked = clues.says(
    /\b(?:compar\w*|versus|vs|differ\w*|contrast|(?:configured|set up|hardened|protected|secured|restricted) (?:like|as)|side by side|same as|similar|alike|identical|apart|separates?|distinguish\w*|safer|better|worse|less secure|more secure|unlike|stack up|between|against|in common|same)\b/,
  );
  if (clues.container !== null) return isAsked ? ofContainers(clues) : [];
  if (left === undefined) return [];
  if (right === undefined) {
    const isTwo =
      clues.says(/\b(?:compare|versus|vs|differ from|differs from)\b/) &&
      clues.says(/\b(?:with|to|and|from|versus|vs|against)\b/);
    if (!isTwo || clues.reading.when !== null || clues.has('VM')) return [];
    return [
      offer('compare', [], 0.55, COMPARE_IDEAS, {
        missing: 'two hosts',
        takes: ['host', 'strange'],
      }),
    ];
  }
  if (left.name === right.name) return [];
  // Two are compared; of more than two each has its grade.
  if (third !== undefined && isAsked)
    return [offer('posture', [], 0.9, COMPARE_IDEAS, { hasNoTime: true })];
  if (third !== undefined) return [];
  const score = isAsked ? 1 : 0.6;
  return [
    offer('compare', [left.name.toLowerCase(), right.name.toLowerCase()], score, COMPARE_IDEAS, {
      takes: ['host'],
      hasNoTime: true,
    }),
  ];
};

/** Two by their names, or those of one name on two hosts. */
function ofContainers({ reading: { containers, hosts } }: Clues): Offer[] {
  const names = [...new Set(containers.map(({ name }) => name))];
  const [first, second = hosts.length === 2 ? first : undefined, third] = names;
  if (first === undefined || second === undefined || third !== undefined) return [];
  const more = { takes: ['container'], hasNoTime: true } as const;
  return [offer('compare', [first, second], 1, COMPARE_IDEAS, more)];
}
