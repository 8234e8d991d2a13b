import { type Against, against } from '../against.ts';
import { findFacets } from '../find-facets.ts';
import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';

/** When something was looked at, and not who did. */
const SCANNED =
  /\b(?:when|how (?:old|fresh|recent|long|stale)|age|last|latest|ever|yet|already|today|recently)\b/;

/** “What can ci-runner reach” asks about no contact with Seawall, and no line says what a host gets at. */
const REACHES =
  /\b(?:what|who|which|where|how far|how much)\b.{0,30} (?:can|could|might|may|does|is able to)\b(?! (?:you|seawall|we|i|the bot)\b).{0,40}\b(?:reach|get to|get at|talk to|connect to|access)\b/;

const UP =
  /\b(?:reachable|(?<!\b(?:pop|popped|come|came|turn|turned|show|showed|crop|cropped) )up|down|online|offline|alive|responding|respond|responsive|unreachable|connection|connected|available|contact|reach|answering|ping|connect|accessible|hear from|heard from|dead|(?:report|check)(?:ed|s|ing)? in|last seen|seen last|phoned? home|watch(?:ed|ing)|monitor(?:ed|ing))\b/;

/** “Can you see web1?” */
const SEES = /^(?:can|do) (?:you|seawall)(?: still)? see \S+(?: at all| now)?$/;

const HOST_IDEAS =
  'HOST WATCH REACHABLE ENGINE_VERSION LIST HOW_MANY STATE_OK YOU INSPECT LAST_SCAN SCAN CONTAINER RUN AFFECTED VERSIONS VERSION_OF_YOU EXPLAIN REACH_WORD OLD FRESH';

/** What asks for something else than a list of hosts. */
const AGAINST_HOSTS: Against = [
  [
    (clues) =>
      clues.host !== null &&
      clues.says(/\b(?:for good|shut down|retired?|decommission\w*|take\b.{0,60}\bout)\b/),
    0.3,
  ],
  ['FINDING|SECURE|GRADE|FIX_FIRST|ESCAPE', 0.3],
  [
    (clues) =>
      !clues.has('ENGINE_VERSION') &&
      clues.says(/\bversions? of (?!docker|the engine|you|seawall)/),
    0.4,
  ],
  // Whether all can be reached is told by `status`.
  [
    (clues) =>
      clues.has('EVERYWHERE') &&
      clues.has('REACHABLE') &&
      !clues.says(/^(?:which|what|list|show|who)\b/),
    0.5,
  ],
  // Which of them is worst is told by their grades.
  [/\b(?:worst|weakest|safest|best|(?:most|least) secure)\b/, 0.4],
  // What was up at a time of day is a container.
  [(clues) => clues.reading.when?.clause === 'at', 0.4],
  [(clues) => clues.has('SCAN|CHECK') && clues.has('AGAIN'), 0.4],
  [/\bwould not\b/, 0.38],
];

/** The hosts, or one of them. */
export const hostList: Frame = (clues) => {
  const { hosts } = clues.reading;
  const [only, second] = hosts;
  if (second !== undefined || clues.container !== null) return [];
  const words = only === undefined ? [] : [only.name];
  const takes = only === undefined ? [] : (['host'] as const);
  const more = { takes, hasNoTime: true };
  if (findFacets(clues).length > 0 || clues.has('EXEC|DIGEST|FEED|ALERT')) return [];
  const isListed = clues.says(/\b(?:hosts?|servers?|machines?|boxes|engines?|nodes?)\b/);
  const isListing = clues.says(
    /\b(?:which|list|show|give (?:me|us)|what|how many|all|display|overview|inventory|every)\b|^(?:are|is) there\b|^hosts\b|\bhosts$/,
  );
  const isSeen =
    clues.has('LAST_SCAN') &&
    clues.says(SCANNED) &&
    !clues.says(
      /\b(?:find|found|show|shown|result|results|outcome|detect\w*|uncover\w*|reveal\w*)\b/,
    ) &&
    !clues.has('FEED|CHANGED|FINDING|WHO_DID');
  const isLabelled =
    clues.reading.labels.length > 0 && (isListing || clues.says(/^(?:the |all |our )?hosts?\b/));
  let score = 0;
  if (only !== undefined) {
    const isUp = (clues.says(UP) || clues.says(SEES)) && !clues.says(REACHES);
    const isEngine = clues.has('ENGINE_VERSION');
    score = isUp || isEngine || isSeen ? 0.97 : clues.has('INSPECT|HOST|STATE_OK') ? 0.5 : 0.3;
    if (clues.reading.tokens.length === only.length) score = 0.62;
  } else if (isListed) {
    const isWatched =
      clues.has('WATCH|REACHABLE') || clues.says(/\byou\b.{0,20}\breach\b|\breach\b.{0,20}\byou\b/);
    score =
      isLabelled || (isListing && (isWatched || clues.reading.tokens.length <= 6))
        ? 0.95
        : isWatched || isListing
          ? 0.7
          : 0.4;
    if (clues.has('ENGINE_VERSION')) score = Math.max(score, 0.9);
  } else if (
    clues.has('ENGINE_VERSION') &&
    clues.says(/\b(?:docker|engine) versions?\b|version of (?:docker|the engine)/)
  )
    score = 0.85;
  if (
    clues.has(
      'SURFACE|GRADE|ESCAPE|FINDING|SCAN|PORT|SETUID|IMAGE|COMPARE|WHOAMI_POWER|VIOLATE|AFFECTED',
    ) &&
    !clues.has('REACHABLE|WATCH|ENGINE_VERSION') &&
    !isSeen &&
    !isLabelled
  )
    score -= 0.25;
  score -= against(clues, AGAINST_HOSTS);
  return [offer('hosts', words, score, HOST_IDEAS, { ...more, isBroad: true })];
};

const STATUS_IDEAS =
  'YOU STATE_OK LAST_SCAN BLIND VERSION_OF_YOU NEXT DIGEST LIST HOST REACHABLE WATCH SCAN FRESH EXPLAIN INSPECT VERSIONS RUN SEND';

const AGAINST_STATUS: Against = [
  [/\b(?:docker|engine) version/, 0.5],
  [
    (clues) =>
      clues.has('EXPLAIN') &&
      clues.says(/^(?:what is|explain)/) &&
      !clues.has('DIGEST|VERSION_OF_YOU|LAST_SCAN'),
    0.2,
  ],
];

/** “Is the scan of web1 done?” */
const ENDED =
  /^(?:(?:is|are|was|has|have|did) )?(?:(?:the|that|this|my|our|your|last|latest) )*(?:re-?)?scans?(?: \S+){0,3}? (?:done|finish(?:ed)?|completed?|over|through|ready)(?: yet| already| now)?$/;

/** How well Seawall itself sees. */
export const statusOfSeawall: Frame = (clues) => {
  if (clues.container !== null) return [];
  let score = clues.says(ENDED) ? 0.95 : 0;
  if (
    clues.says(
      /^(?:health|version|uptime)$|^(?:system |seawall |bot |current |your |overall |give me your |show |show me |get )?status(?: please| report| page| check| now)?$/,
    )
  )
    score = 1;
  if (
    clues.says(
      /\byou\b.{0,20}\b(?:ok|okay|alright|healthy|working|well|fine|alive|awake|there|up|running|broken|doing)\b|\bare you (?:ok|there|up|alive)|\bhow are you\b|\bhow is (?:seawall|the bot)\b|\bseawall\b.{0,20}\b(?:ok|up|healthy|working|running|alive|fine|status|health|broken|down)\b|\b(?:status|health|state) of (?:seawall|the bot|yourself)\b|\byour (?:status|health|state)\b|\b(?:seawall|bot)(?: s)? (?:status|health)\b|\b(?:is )?(?:the )?bot\b.{0,20}\b(?:ok|up|healthy|working|running|alive|fine)\b|\beverything (?:ok|okay|alright|fine|working) with you\b/,
    )
  )
    score = 1;
  if (
    clues.has('LAST_SCAN') &&
    clues.says(
      /\b(?:when|last|how old|how fresh|how recent|how current|age|latest|newest|recent|previous)\b/,
    ) &&
    !clues.has('FEED|CHANGED')
  )
    score = Math.max(score, 0.92);
  if (clues.has('BLIND')) score = Math.max(score, clues.says(/\bblind|\bcoverage\b/) ? 0.95 : 0.6);
  if (clues.has('VERSION_OF_YOU')) score = Math.max(score, 1);
  // No answer says when: how old the last one is comes nearest, and is offered.
  if (clues.says(/^when\b.*\bnext scan\b/)) score = Math.max(score, 0.58);
  // When it comes day by day is told by `digest`.
  const isNext = clues.says(/\b(?:next|until|today|tomorrow)\b/);
  if (clues.has('DIGEST') && clues.has('NEXT') && !clues.says(/\b(?:here|channel|room)\b/))
    score = Math.max(score, isNext && !clues.has('PREVIEW') && !clues.says(/\blooks?\b/) ? 1 : 0.5);
  score -= against(clues, AGAINST_STATUS);
  return [offer('status', [], score, STATUS_IDEAS, { hasNoTime: true, isBroad: true })];
};

const SCAN_IDEAS =
  'SCAN CHECK AGAIN DEEP EVERYWHERE HOST YOU START SEND RUN LIST IMAGE CONTAINER OLD SECURE SURFACE FRESH FINDING VULN STATE_OK';

const CHECK_ALL =
  /^check (?:the |our |my |all )*(?:hosts|servers|machines|engines|fleet)(?: now| right now| please)*$/;

/** “Hosts without a scan”, “the latest scan”. */
const HAS_SCAN =
  /\b(?:latest|newest|recent|previous|prior|earlier|current|first) (?:\w+ )?scans?\b|\b(?:hosts?|servers?|machines?|boxes|everything|anything) (?:\w+ )?(?:with(?:out)?|have|has|having|lack(?:s|ing)?|missing) (?:\w+ ){0,2}scans?\b/;

const AGAINST_SCANS: Against = [
  // Whether somebody may, and what is to end or has ended, starts none.
  [
    /^(?:can|may) i\b(?! (?:please )?(?:have|get)\b)|^(?:am i|are we) (?:allowed|able|permitted)\b/,
    0.5,
  ],
  [/^(?:cancel|abort|interrupt|end|finish)\b/, 0.5],
  [ENDED, 0.5],
  [/\b(?:help|usage|command)\b/, 0.5],
  [(clues) => !clues.has('SCAN'), 0.08],
  [(clues) => clues.container !== null, 0.55],
  [(clues) => clues.has('AUDIT') && !clues.has('SCAN'), 0.3],
  [(clues) => clues.reading.hosts.length > 1 && clues.has('COMPARE'), 0.5],
];

export const scanHosts: Frame = (clues) => {
  const { host } = clues;
  const isAsked = clues.has('SCAN');
  const isPlaced = host !== null || clues.reading.labels.length > 0 || clues.has('EVERYWHERE');
  // “Check the hosts now” leaves open what else could be meant by “check”, and says nothing of it.
  const isChecked =
    clues.has('CHECK') && (clues.has('AGAIN') || clues.has('EVERYWHERE') || clues.says(CHECK_ALL));
  if (!isAsked && !(isChecked && (isPlaced || clues.says(CHECK_ALL)))) return [];
  const words = clues.has('DEEP') ? ['deep'] : [];
  // “…, so that the npm libraries are read”.
  const isOfPackages = clues.has('DEEP') && clues.has('SOFTWARE');
  const isWanted =
    clues.says(
      /\b(?:have|get|got|like|want|need|(?:should|must|to|please) be) .{0,40}\bscanned\b/,
    ) && !clues.says(/\b(?:when|last|ever|already|yet|not|never|no)\b/);
  const isPast =
    clues.says(/^(?:who|when)\b/) ||
    (!isWanted &&
      clues.says(/\b(?:who|when|last|history|did|was|were|scanned|since|often|schedule|scans)\b/) &&
      !clues.says(/\b(?:scan|check)\b.{0,40}\bsince\b/));
  const isQuestion =
    clues.says(/^(?:how|why|what|which|is|does|do you|are|where|explain)\b/) &&
    !clues.says(/^(?:do a|do another)\b/);
  const isUnclear = !isPlaced && clues.reading.tokens.length > 6 && !clues.has('AGAIN|DEEP');
  const score =
    1 -
    against(clues, AGAINST_SCANS) -
    (isPast ? 0.55 : 0) -
    (isQuestion || clues.says(HAS_SCAN) ? 0.55 : 0) -
    (isUnclear ? 0.1 : 0);
  const more = { hasNoTime: true, isBroad: true };
  return isOfPackages
    ? [offer('scan', words, score, `${SCAN_IDEAS} SOFTWARE`, { ...more, takes: ['strange'] })]
    : [offer('scan', words, score, SCAN_IDEAS, more)];
};

const POSTURE_IDEAS =
  'SECURE GRADE FIX_FIRST HOST OK_THING EXPLAIN INSPECT LIST RISK FINDING HOW_CHANGED CONTAINER FIX WORST BAD STATE_OK YOU RUN SURFACE CRITICAL TREND CHANGED COMPARE EVERYWHERE HOW_TO IMAGE CONTROLS';

const AGAINST_POSTURE: Against = [
  // What a grade is, is explained.
  [
    (clues) =>
      clues.host === null &&
      clues.reading.labels.length === 0 &&
      clues.says(/\b(?:score|grade)\b/) &&
      clues.says(
        /\bhow (?:is|are|does|do|was)\b.{0,30}\b(?:computed|calculated|work|made)\b|\bwhat is (?:a|the) (?:grade|score|posture)\b|\bmean\b|\bexplain\b|\bdefine\b/,
      ),
    0.45,
  ],
  [(clues) => findFacets(clues).length > 0, 0.4],
  [(clues) => clues.has('SURFACE|ISOLATED|ESCAPE|CONTROLS') && !clues.has('GRADE|FIX_FIRST'), 0.35],
  ['IMAGE|FEED|EXEC|DIGEST', 0.4],
];

/** The grade, and what to do first. */
export const postureOf: Frame = (clues) => {
  if (clues.container !== null || clues.reading.hosts.length > 1) return [];
  if (clues.reading.vulnerability !== null || clues.reading.software !== null) return [];
  // “What should we fix this week?”
  const isPlanned =
    clues.has('FIX_FIRST') && clues.says(/\b(?:this|next) (?:week|month|sprint|quarter|year)\b/);
  const isPast =
    (clues.reading.when !== null &&
      !isPlanned &&
      !clues.says(/(?<!\b(?:vs|versus|and|to|with|than) )\b(?:today|tonight)\b/)) ||
    clues.says(
      /\b(?:changed|trend|over time|history|evolved|develop\w*|improv\w*|better|worse|progress)\b/,
    );
  let score = 0;
  const isHow = clues.says(
    /\bhow (?:bad|good|serious) (?:is it|are things|is the situation|does it look|are we)\b|\bhow (?:do we|does it all) look\b|\bhow (?:well|badly) (?:is|are|does|do) .{1,30}\b(?:doing|do)$|\bhow (?:well )?(?:\w{1,12} )?(?:secure|safe|protected|hardened|risky|secured|exposed)\b|\bhow (?:good|bad|is|are)\b.{0,30}\b(?:security|posture|safe|secure)\b/,
  );
  if (isHow) score = 1;
  if (clues.has('SECURE'))
    score = isHow
      ? 1
      : clues.says(/\b(?:secure|safe|security|safety|shape|any good)\b/)
        ? 0.7
        : 0.5;
  if (
    clues.says(
      /^(?:is|are) (?:we|our|my|everything|it|all|the|\w{1,20}|\w{1,12}-\w{1,8})\b.{0,30}\b(?:secure|safe|in good shape|well secured|protected|hardened)\b/,
    )
  )
    score = Math.max(score, 0.95);
  if (clues.has('GRADE'))
    score = Math.max(
      score,
      clues.says(/\b(?:grade|score|rating|posture|report card|rank|risk level|marks?)\b/)
        ? 1
        : 0.75,
    );
  if (clues.has('FIX_FIRST'))
    score = Math.max(
      score,
      clues.says(
        /\b(?:first|start|fix|fixes|best|top|quickest|easiest|simplest|fastest|cheapest|biggest|priorit\w+|urgent|pressing|important|wins?|impact|next|improve|raise|recommend\w*|most|better)\b/,
      )
        ? 1
        : 0.75,
    );
  if (isPast) score -= clues.has('FIX_FIRST') ? 0.2 : 0.45;
  score -= against(clues, AGAINST_POSTURE);
  return [offer('posture', [], score, POSTURE_IDEAS, { hasNoTime: true, isBroad: !isPlanned })];
};
