import { table } from '../../shared/table.ts';
import type { Clues } from '../clues.ts';
import { ownDenials } from '../find-facets.ts';
import { type FoundTopic, findJudgingRule, findTopic, isPlainTerm } from '../find-topic.ts';
import { type Offer, offer } from '../offer.ts';
import { wordSet } from '../words/word-list.ts';
import type { Frame } from './frame.ts';

const USES =
  'EXPLAIN WHY BAD FIX HOW_TO INSPECT CONTAINER OK_THING HOST FINDING LIST RUN VIOLATE ROOT PRIVILEGED HOST_NETWORK HOST_PID HOST_IPC HOST_UTS HOST_USERNS DOCKER_SOCKET SENSITIVE_MOUNT ADDED_CAPABILITY DEVICE GAIN NNP SECCOMP APPARMOR SELINUX WRITABLE READ_ONLY MEMORY CPU PIDS LIMIT HEALTHCHECK PUBLISHED PUBLIC RESTART MUTABLE_TAG PIN ROOTFS ENV SECRET NO OFF NOT UNLIMITED CAPS RISK SECURE HAVE CONTROLS EFFECTIVE AFFECTED FORK_BOMB MANAGEMENT_PORT PORT OPEN VM ISOLATED ESCAPE UNDER HELP_WORD START STOP SURFACE';

/** What a rule, a number, a word or a vulnerability means. */
export const explainTopic: Frame = (clues, { rules }) => {
  const { container, host, reading } = clues;
  const { control, vulnerability } = reading;
  const isDefined = clues.says(
    /^(?:please )?(?:explain|define|describe|what is(?! \w+ing\b| published| exposed| mounted| shared| reachable| open)|what are(?! \w+ing\b)|what does|what do|what counts as|what exactly|what the heck)\b|\b(?:mean|means|meaning|meant|explain|define|definition|purpose of|point of|stands? for|understand|refers? to|eli5|elucidate|clarify|for (?:dummies|beginners)|wtf is|what is it for|means? nothing to|says? nothing to|tells? (?:me|us) nothing|(?:new|unfamiliar|greek|a mystery) to (?:me|us|her|him|them)|never (?:heard|read|came across|met)|no (?:idea|clue) (?:of|what|about)|not (?:know|understand|familiar|sure) (?:with )?what|rings? no bell|stumbled (?:over|upon)|to a newcomer|the (?:expression|term|word)|good for)\b|^what is \S+ (?:all )?about$|\bwhat (?:the |this |that |a )?(?:rule|check|control|term|word|setting)\b.{1,60}\b(?:is about|does|is for|says|checks|wants|requires)\b|^what (?:exactly )?(?:an? |the )?\S+ (?:actually |really |exactly |even )?(?:does|do|is|are)(?: for| good for| exactly| about)?$/,
  );
  const asks = isDefined || clues.has('EXPLAIN|HOW_TO|WHY');
  const isFix =
    clues.has('HOW_TO') ||
    (clues.has('FIX') &&
      clues.says(/\b(?:fix|remediate|mitigate|solve|resolve|remedy|repair|comply)\b/));
  const isBad =
    (clues.has('WHY') && (clues.has('BAD') || clues.says(/^why\b/))) ||
    clues.says(
      /\b(?:dangers?|risks?|problem|downside|harm|consequences|implications) (?:of|with|in)\b/,
    ) ||
    clues.says(
      /\bis (?:it|this|that)? ?(?:so )?(?:bad|dangerous|risky|a problem|a risk|unsafe|insecure)\b|what is (?:so )?(?:wrong|bad|dangerous|risky) (?:with|about)\b|\bwhat could go wrong\b|\bshould (?:i|we) (?:care|worry|avoid|not)\b/,
    );
  const takes = ['topic'] as const;
  const more = { takes, hasNoTime: true };
  if (control !== null) {
    const isList =
      clues.has('VIOLATE') &&
      clues.says(/\b(?:which|who|what|list|show|any|containers?|hosts?)\b/) &&
      !isFix &&
      !isBad &&
      !clues.says(/\bmean|explain|about|require/);
    return [
      offer('explain', [control.id], isList ? 0.5 : 1, USES, { ...more, takes: ['control'] }),
    ];
  }
  if (vulnerability !== null) {
    const isAsked = isDefined || isFix || isBad;
    return [explainVulnerability(clues, vulnerability.id, { isAsked, host })];
  }
  if (container !== null || clues.reading.code !== null || clues.says(/\bdifferences?\b/))
    return [];
  const found: Offer[] = [];
  const topic = findTopic(clues, rules);
  const judged = findJudgingRule(clues, rules);
  const isList = host !== null || clues.reading.labels.length > 0;
  const wantsRule = (isFix || isBad) && judged !== null && topic?.kind !== 'rule';
  const setting = topic === null || !clues.says(IS_SET) ? undefined : settings.get(topic.word);
  if (topic !== null && setting !== undefined)
    return [offer('explain', [setting], 0.9, USES, { ...more, topic })];
  if (topic !== null) {
    const isPlain = topic.kind === 'term' && isPlainTerm(topic.word);
    let score = asks
      ? isDefined || isFix || isBad
        ? 0.97
        : 0.7
      : topic.kind === 'rule'
        ? 0.75
        : 0.45;
    if (clues.reading.tokens.length === topic.length) score = isPlain ? 0.6 : 0.9;
    if (topic.kind === 'rule' && clues.reading.rule !== null && isDefined) score = 1.3;
    if (isPlain) score = isOnlyDefined(clues, topic) ? 0.95 : 0.3;
    if (wantsRule) score -= 0.25;
    if (isList) score -= 0.3;
    if (!asks && clues.has('VIOLATE') && clues.says(/\b(?:fail|violat|break)\w*\b/)) score -= 0.3;
    // “Containers with no restart limit” are listed, or nothing.
    if (!asks && !clues.says(/^(?:what|which) (?:is|are|does|do)\b/) && clues.says(LISTS))
      score -= 0.35;
    if (ownDenials(clues).length > 0 && topic.kind === 'term' && !isBad) score -= 0.3;
    found.push(offer('explain', [topic.word], score, USES, { ...more, topic }));
  }
  if (judged !== null && judged.word !== topic?.word) {
    let score = isFix || isBad ? 0.95 : isDefined ? 0.6 : 0.3;
    if (isList) score -= 0.3;
    found.push(offer('explain', [judged.word], score, USES, { ...more, topic: judged }));
  }
  return found;
};

/** “Is live restore on everywhere?”: of a setting of engines its rule tells where it is not. */
const IS_SET =
  /^(?:is|are|do we have) (?:\S+ ){1,5}(?:on|off|enabled|disabled|active|activated|configured|set|in place|used|in use)(?: (?:on|at|for|in) \S+| everywhere| anywhere| somewhere| yet| now)*$|^(?:\S+ ){1,3}(?:on|off|enabled|disabled)$/;
const settings = table<string>({
  'user-namespace': 'userns-remap',
  'userns-remap': 'userns-remap',
  'live-restore': 'live-restore',
  'default-bridge': 'default-bridge-icc-off',
  'content-trust': 'content-trust',
  'remote-logging': 'remote-logging',
  'authorization-plugin': 'authorization-plugin',
  'no-experimental-features': 'no-experimental-features',
  'userland-proxy-off': 'userland-proxy-off',
  'swarm-autolock': 'swarm-autolock',
});

/** Asks for those that have something. */
const LISTS =
  /^(?:(?:do|does|are|is|have|has) (?:all|every|each|any)(?: of)?(?: the| our)? |(?:list|show|which|what|all|any|find|give me|are there)(?: all| any| the| me)* )?(?:containers?|workloads?|services?|apps?|everything|anything|things|ones|teams?)\b/;

/** Of a host it is rather asked whether that is affected. */
function explainVulnerability(
  clues: Clues,
  id: string,
  asked: { isAsked: boolean; host: string | null },
): Offer {
  const isAsked =
    asked.isAsked ||
    clues.says(
      /\b(?:about|details|background|info|information|how (?:bad|serious|severe|critical|dangerous))\b|^is \S+ (?:really |that |so |very )*(?:bad|serious|severe|critical|dangerous|harmful)\b|^(?:is|was|has) \S+ (?:being |been |already |actively |known to be |really )*exploit|\b(?:in|on) the (?:kev|cisa)\b|\b(?:severity|cvss|epss|score|exploits?|patch) (?:of|for|available)\b/,
    );
  const score = isAsked ? (asked.host === null ? 1 : 0.8) : 0.4;
  return offer('explain', [id], score, USES, { takes: ['vulnerability'], hasNoTime: true });
}

/** “What is a finding?”, and nothing more. */
function isOnlyDefined(clues: Clues, { from, length }: FoundTopic): boolean {
  const { tokens } = clues.reading;
  const rest = tokens.filter((_token, at) => at < from || at >= from + length);
  return (
    rest.length > 0 &&
    rest.every(({ text }) => DEFINING.has(text)) &&
    rest.some(({ text }) => !ARTICLES.has(text))
  );
}
const ARTICLES = new Set(['a', 'an', 'the']);
const DEFINING = wordSet(`
what is are a an the explain define does do mean means meaning of term word by you please exactly
definition me to can could tell meant concept stand stands for how it computed calculated and in
your report reports wtf eli5 dummies i not understand docker context this here there container
containers security general world actually idea notion refer refers simple words english plain counts as
`);
