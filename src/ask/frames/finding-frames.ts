import { type Against, against } from '../against.ts';
import type { Clues } from '../clues.ts';
import { findFacets, findFeature } from '../find-facets.ts';
import {
  isBeyondSeverity,
  isGraded,
  isOrWorse,
  severitiesDenied,
  severitiesMeant,
  severityWords,
} from '../find-severities.ts';
import { findJudgingRule, findTopic } from '../find-topic.ts';
import { offer } from '../offer.ts';
import { isForLong } from '../other-question.ts';
import { isOfOnePerson } from './change-frames.ts';
import type { Frame, Vocabulary } from './frame.ts';
import { LOOK_IDEAS } from './look-frames.ts';

const FINDING_IDEAS =
  'FINDING CRITICAL HIGH MEDIUM LOW ACCEPTED EXPIRING LIST HOW_MANY HOST RISK OPEN EXPLAIN VULN OK_THING BAD FIX INSPECT CONTAINER NEXT WHO_DID AFFECTED SECURE STATE_OK DID_ACCEPT REPORTED COMPARE SCAN';

/** What asks for something else than a list of findings. */
const AGAINST_FINDINGS: Against = [
  [(clues) => clues.has('ACCEPTED|EXPIRING') && !clues.says(NOT_ACCEPTED), 0.4],
  ['IMAGE', 0.5],
  [/\bdiff(?:erence)?s? between\b/, 0.3],
  // What is not open any more is in no list of those that are.
  [
    /\b(?:did|have|has) (?:we|they|the team|anybody|anyone|somebody) (?:\w+ )?(?:close|fix|solve|resolve|repair)d?\b/,
    0.4,
  ],
  // Who has none is not told by a list of those who have.
  [/\b(?:host|server|machine|box|who)\w*\b.{0,20}\b(?:no|without|zero|free of)\b/, 0.5],
  [
    (clues) => clues.has('FIX_FIRST') && clues.says(/\bfirst|start|biggest|most|best|next|priorit/),
    0.3,
  ],
  [/\bscore|grade|posture|rating|risk level\b/, 0.35],
  [/\b(?:de|in)creas(?:e|ed|es|ing)\b/, 0.4],
  [
    (clues) =>
      clues.has('TREND') &&
      clues.says(/\btrend|over time|history|graph|chart|plot|picture|curve|diagram|\bdraw\b/),
    0.4,
  ],
  [(clues) => clues.has('WHY|HOW_TO') || isOfOnePerson(clues), 0.35],
];

/** Open findings by severity, and decisions on them. */
export const findingList: Frame = (clues, vocabulary) => {
  const offers = [...accepted(clues), ...byRule(clues, vocabulary)];
  if (clues.container !== null || clues.reading.vulnerability !== null) return offers;
  const isNamed = isGraded(clues);
  if (!clues.has('FINDING') && !isNamed) return offers;
  const asked = severitiesMeant(clues);
  if (asked === null) {
    // Those that are left, or all: none is run.
    const denied = severitiesDenied(clues);
    const left = severityWords.filter((word) => !denied.includes(word));
    return [...offers, ...[left, []].map((words) => offer('findings', words, 0.58, FINDING_IDEAS))];
  }
  const isNoun = clues.says(
    /\b(?:findings?|problems?|issues?|risks?|violations?|misconfigurations?|concerns?|failures?|defects?|weaknesses|(?:worst|most severe) (?:first|we have|open|that is open)|(?:sorted|ordered) by severity)\b/,
  );
  const isListed = isNoun || isOrWorse(clues) || isBeyondSeverity(clues);
  let score = asked.length > 0 ? (isListed ? 1 : 0.7) : isNoun || isNamed ? 0.85 : 0.55;
  if (
    clues.says(
      /\bwhat is wrong\b|\b(?:everything|anything|all) (?:that is |which is )?wrong (?:with|on|at)\b|\bwhat (?:are|is) (?:still )?(?:failing|broken|red)\b/,
    )
  )
    score = 0.9;
  score -= against(clues, AGAINST_FINDINGS);
  if (
    clues.has('CHANGED') &&
    !(isNoun && asked.length > 0 && clues.reading.when !== null) &&
    !isOrWorse(clues) &&
    clues.says(/\b(?:changed?|new|newly|worse|fixed|resolved|appeared|improved|different)\b/)
  )
    score -= 0.3;
  if (clues.has('VULN') && !isNoun) score = Math.min(score, 0.55);
  const isFile =
    clues.has('EXPORT') && !clues.says(/^(?:i|we) (?:need|want) (?:the|a)\b|^get me\b/);
  if (isFile || clues.has('ALERT|DIGEST|SARIF|CSV|JSON')) score -= 0.45;
  if (
    clues.says(
      /^(?:warn|notify|inform|ping|let (?:me|us) know)\b|\bhear (?:about|of)\b|\bfrom now on\b/,
    )
  )
    score -= 0.45;
  if (findFacets(clues).length > 0 || findFeature(clues) !== null) score -= 0.3;
  if (clues.says(/\bwho\b.{0,20}\b(?:accept|waive|sign)/)) score -= 0.4;
  if (clues.says(/^(?:what is|explain|define) an? /)) score -= 0.5;
  const uses = isNamed ? `${FINDING_IDEAS} CHANGED LEAVES_OUT` : FINDING_IDEAS;
  // Each stands with how long it has been open.
  const isAged = isForLong(clues.reading);
  if (isAged) score = Math.max(score, 0.9);
  const more = { isBroad: !isNamed && !isAged, hasNoTime: isAged };
  offers.push(offer('findings', asked, score, isAged ? `${uses} OLD FRESH` : uses, more));
  return offers;
};

/** “Without the accepted ones”, “without an acceptance”, “that nobody accepted”: those that count, which is what the list has. */
const NOT_ACCEPTED =
  /\b(?:(?:without|excluding|except|minus|but not|not|other than|apart from|never|nobody|no one|hid(?:e|ing)|omit(?:ting)?|skip(?:ping)?|drop(?:ping)?|leav(?:e|ing) out|filter(?:ing)? out)|(?:not|never|stop) (?:\w+ )?(?:show|list|includ|display|count|print|send)(?:e|ing)?)(?: (?:an?|the|any|all|those|that|what|which|we|you|me|us|have|has|been|were|are|yet|already|ever|somebody|anybody)){0,4} (?:accept(?:ed|ances?)?|waive(?:d|rs?)|exempt(?:ed|ions?)|exceptions?|signed off)\b|\bno exceptions?\b/;

/** “What did Anna accept?”: the audit names people. */
export const OF_PERSON =
  /\bwhat (?:all )?did (?!we\b|i\b|you\b|the\b|our\b)[\w-]+ (?:accept|waive|sign off)\b/;

/** True for findings without those that somebody accepted. */
export const deniesAccepted = (clues: Clues): boolean =>
  clues.says(/^(?:and |but |just )*(?:not|without) (?:the )?accepted\b/) ||
  (clues.has('FINDING|LIST|CRITICAL|HIGH|MEDIUM|LOW') && clues.says(NOT_ACCEPTED));

/** “Accepted without an expiry”: each acceptance has an end, which the list of all shows. */
const ENDLESS =
  /\b(?:without|no|never|not|lacks?|lacking|missing)(?: \w+){0,3} (?:expir\w+|ends?|run|renew\w*|laps\w+)\b/;

function accepted(clues: Clues) {
  const isExpiring = clues.has('EXPIRING');
  if (deniesAccepted(clues)) return [];
  if (!clues.has('ACCEPTED') && !(isExpiring && clues.has('FINDING'))) return [];
  const word = isExpiring && !clues.says(ENDLESS) ? 'expiring' : 'accepted';
  let score =
    clues.has('FINDING') ||
    clues.says(
      /\b(?:acceptances?|waivers?|exemptions?|suppress\w+|exceptions?|accepted|accept|tolerat\w+)\b/,
    )
      ? 1
      : 0.6;
  if (
    clues.says(OF_PERSON) ||
    clues.says(/\bwho\b|\bby whom\b|\bwhich (?:person|user|colleague)|\bwithdr[ae]w|\brevoked\b/)
  )
    score -= 0.5;
  if (clues.says(/^(?:accept|waive|suppress|ignore|mute|acknowledge|exempt)\b/)) score -= 0.6;
  if (clues.has('WHY|HOW_TO') || clues.says(/^(?:what is|explain|define)\b.{0,12}\bacceptance\b/))
    score -= 0.5;
  const isNoun = clues.says(
    /\b(?:did we accept|have we accept\w*|accepted|acceptances?|waivers?|waived|exemptions?|suppress\w+|exceptions?|tolerat\w+|ignor\w+|muted|signed off|expir\w+)\b/,
  );
  if (!isNoun) score -= 0.3;
  // Those that are left.
  if (
    clues.says(
      /\b(?:not|never|nobody|un)(?: yet| been| ever| has| have){0,2} ?(?:accept|waive|sign|suppress)/,
    )
  )
    score -= 0.6;
  return [
    offer('findings', [word], score, `${FINDING_IDEAS} DECIDE_ACCEPT HOW_CHANGED`, {
      hasNoTime: word === 'expiring',
    }),
  ];
}

/** “Which containers violate CIS 5.4”: findings of the one rule that it numbers. */
function byRule(clues: Clues, { rules }: Vocabulary) {
  const { control } = clues.reading;
  const isListed = clues.says(
    /\b(?:violat\w*|break\w*|fail\w*|comply|compliant|findings?|hits?|offend\w*|breach\w*|rule|against|hits?|pass)\b/,
  );
  const isLearning = clues.says(
    /\bwhat does (?:this|that|the|it) .{0,12}\b(?:want|require|ask|demand|check|say|look)\b/,
  );
  if (!isListed || isLearning || clues.has('HOW_TO|WHY')) return [];
  const isAsked = clues.says(
    /\b(?:which|who|what|list|show|display|see|any|anything|all|every|findings|violations|everything)\b|^(?:containers|hosts)\b/,
  );
  const uses = `${FINDING_IDEAS} VIOLATE`;
  if (control !== null) {
    const rule = ruleOfNumber(control.id, rules);
    if (rule === null) return [];
    const score = isAsked ? 0.95 : 0.6;
    return [offer('findings', ['rule', rule], score, uses, { takes: ['control'] })];
  }
  const topic = findTopic(clues, rules);
  if (topic?.kind !== 'rule') return [];
  const more = { takes: ['topic'] as const, topic };
  return [offer('findings', ['rule', topic.word], isAsked ? 0.95 : 0.6, uses, more)];
}

/** The rule behind a number, where it is the same one in all versions of the benchmark. */
function ruleOfNumber(id: string, rules: Vocabulary['rules']): string | null {
  const number = id.replace(/^cis-(?:1\.[68]:)?/, '');
  const found = rules.filter((rule) =>
    (rule as { controls?: readonly string[] }).controls?.some((one) => one.endsWith(`:${number}`)),
  );
  return found.length === 1 ? (found[0]?.id ?? null) : null;
}

const WHY_IDEAS =
  'WHY NOT_TOLD WOKEN REPORTED FINDING CONTAINER ALERT DIGEST LIST OK_THING BAD CRITICAL HIGH MEDIUM LOW NOT GRADE INSPECT EXPLAIN SEND';

/** “Why did you wake me up”, “why was I paged”, “why the alert”: it does not say of what. */
const TOLD_US =
  /^(?:why|how come|what is the reason)\b.{0,30}\b(?:(?:wake|woke|page|ping|alert|notify|bother|disturb)e?d? (?:me|us)\b|(?:was|were|am|are|did|have|has|got) (?:i|we|been|be|get)\b.{0,12}\b(?:woken|paged|pinged|alerted|notified|disturbed)\b)|^(?:why|how come) (?:was |is )?(?:the|this|that|an?) (?:alert|page|ping|notification)(?: (?:sent|posted|here|fired|raised))?$|^what (?:was|is) (?:the|that|this) (?:alert|page|ping|notification) (?:about|for)$/;

/** “Why is redis not flagged for root?” */
const FOR_WHAT =
  /\b(?:report|flag|list|mark|complain|warn|alert|mention)\w*\b.{0,20} (?:for|about|as) /;

/** Why something was told, or was not. */
export const whyReported: Frame = (clues, { rules }) => {
  const { container } = clues;
  const isUntold = clues.has('NOT_TOLD');
  const isTold = clues.says(TOLD_US);
  const asks = clues.has('WHY') || isTold || clues.says(/\b(?:how come|what is the reason)\b/);
  const isAlone = asks && container !== null && clues.reading.tokens.length <= 3;
  if (!isUntold && !isAlone && !isTold && !(asks && clues.has('REPORTED'))) return [];
  if (container === null) {
    if (!asks || clues.host !== null || !(isUntold || isTold)) return [];
    const score = isTold ? 1 : 0.5;
    return [offer('why', [], score, WHY_IDEAS, { missing: 'container', takes: ['strange'] })];
  }
  const isClear =
    isUntold ||
    isTold ||
    isAlone ||
    clues.says(
      /\b(?:reported|flagged|listed|marked|red|critical|alert\w*|complain\w*|warn\w*|fail\w*|report\w*|flag\w*|mention\w*|finding|findings|nag\w*|risky|bad|shows?|showing|appears?|appearing|turns? up|on the list|in the report)\b/,
    );
  const takes = ['container'] as const;
  const rule = clues.says(FOR_WHAT) ? findJudgingRule(clues, rules) : null;
  if (asks && rule !== null) {
    const uses = `${WHY_IDEAS} ${LOOK_IDEAS}`;
    const more = { takes: [...takes, 'topic' as const], topic: rule, hasNoTime: true };
    return [offer('why', [rule.word, container], 0.97, uses, more)];
  }
  const facets = findFacets(clues).length > 0;
  const score = (asks ? 1 : isUntold ? 0.8 : 0.5) - (isClear ? 0 : 0.2) - (facets ? 0.3 : 0);
  return [offer('why', [container], score, WHY_IDEAS, { takes, hasNoTime: true })];
};
