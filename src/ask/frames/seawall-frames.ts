import { quoteWord } from '../../shared/text.ts';
import type { Clues } from '../clues.ts';
import { type Offer, offer } from '../offer.ts';
import type { Frame } from './frame.ts';

const AUDIT_IDEAS =
  'AUDIT WHO_DID REFUSED DID_ACCEPT DID_SCAN DID_ATTEST DID_UNACCEPT DID_BASELINE LIST CHANGED RISK FINDING ACCEPTED SCAN HOST DIGEST YOU SCHEDULE STOP RUN EXPLAIN ALERT EXPORT ACCEPTED INSPECT DECIDE_ACCEPT HELP_WORD AGAIN SEND START SYNC FEED UNDER TREND EXEC DECIDE_BASELINE DECIDE_UNACCEPT AFFECTED HOW_MANY OPEN REPORTED SETUP';
/** What somebody did, as the audit names it. */
const deeds = {
  DID_UNACCEPT: 'unaccept',
  DID_ATTEST: 'attest',
  DID_ACCEPT: 'accept',
  DID_BASELINE: 'baseline',
  DIGEST: 'digest',
  ALERT: 'alerts',
  FEED: 'feeds',
  DID_SCAN: 'scan',
  EXPORT: 'export',
} as const;

/** Who asked for what. */
export const auditLog: Frame = (clues) => {
  if (clues.has('EXEC') && clues.says(/\b(?:inside|shell|exec|in the container)\b/)) return [];
  const isWho =
    clues.says(PERSON_DID) ||
    clues.says(
      /\bwhat did (?!we\b|i\b|you\b|the\b|our\b|it\b)\w+ (?:accept|scan|attest|export|withdraw|approve)\b|\b(?:who|whom|whose|(?:people|users|colleagues|everyone|everybody) did|did (?:people|users|colleagues|others|the others|they|everybody)|which (?:of (?:my|our|the) )?(?:person|people|users?|colleagues?|admins?|team mates?)|anyone|anybody|somebody|someone|by whom)\b/,
    );
  const isNamed =
    clues.has('AUDIT') &&
    clues.says(
      /\baudit|\btrail\b|\b(?:log|list|record) of (?:what|who|everything)\b|\b(?:everything|all|what)\b.{0,12}\bdone (?:with|in|by|to) (?:seawall|you|people)\b|\bwho did\b|\bactivity log\b|\bchange ?log\b|\bcommand (?:log|history)\b|\blog of\b|\bwho asked\b|\bwho changed\b|\bwho (?:has )?used\b|\btriggered\b|\bcommands were run\b|\bcommands did people\b|\blogbook\b|\bwho (?:typed|requested|ordered)\b|\buser activity\b|\basked you\b|\bbeen using (?:you|seawall)\b/,
    );
  const refused =
    clues.has('REFUSED') &&
    (isWho ||
      clues.says(
        /\b(?:requests?|commands?|attempts?|refus\w+|denied|denials?|rejected|turned away|people|users?)\b/,
      ))
      ? ['refused']
      : [];
  const [deed] =
    Object.entries(deeds).find(([idea, word]) => clues.has(idea) && isDone(clues, word)) ?? [];
  const used = USED.exec(clues.text())?.[1];
  const done = deed === undefined ? undefined : deeds[deed as keyof typeof deeds];
  const isApproved = done === undefined && clues.says(APPROVED);
  const verb = [used ?? (isApproved ? 'accept' : done)].filter((one) => one !== undefined);
  const isWithdrawn =
    deed === 'DID_UNACCEPT' && clues.says(/^(?:which|what|list|show|any|were|have)\b/);
  let score = 0;
  if (isNamed || isWithdrawn) score = 0.95;
  if (isWho && verb.length > 0) score = Math.max(score, 1);
  if (clues.says(ONE_PERSON)) score = Math.max(score, 0.6);
  if (refused.length > 0 && !clues.says(/\bwhy\b/)) score = Math.max(score, 0.95);
  if (
    clues.container !== null ||
    clues.reading.vulnerability !== null ||
    (clues.host !== null && !isWho)
  )
    score -= 0.4;
  // Who is told is a setting, and nothing that was done.
  if (clues.says(GETS)) score -= 0.5;
  const isLearning = clues.says(/\b(?:rule|watches|auditd|how (?:do|can|to)|what does)\b/);
  if (isLearning) score -= 0.5;
  return [offer('audit', [...verb, ...refused], score, AUDIT_IDEAS, aboutHost(clues, verb))];
};

/** “Who gets the alerts here?” */
const GETS =
  /^(?:and |so )?who (?:all |else )?(?:gets?|receives?|sees?|hears?|is (?:told|alerted|notified|informed)|are (?:told|alerted|notified))\b/;

/** “What did bob do on Tuesday?”, “did bob approve anything?”: the audit names people. */
const ONE_PERSON =
  /^what (?:all )?(?:did|has|have) (?!(?:we|they|you|people|things?|it|this|that|the|our|any\w*|some\w*|every\w*|i)\b)[\w-]+ (?:do|done|been doing|been up to)\b/;
const PERSON_DID =
  /^(?:did|has|have) (?!(?:we|they|you|i|it|an?|any|some|every|no|the|this|that|our|my|seawall)\b)[\w-]+ (?:ever )?(?:accept|approve|waive|sign(?:ed)? off|withdraw|withdrew|withdrawn|revoke|attest|scan|export)(?:n?ed|d)?\b/;
const APPROVED =
  /^(?:did|has|have) [\w-]+ (?:ever )?approved? (?:any(?:thing)?|something|it all|(?:a|any|the|some) (?:risk|finding|exception|waiver)s?)\b/;

/** Verbs whose rows name the hosts that they were done on. */
const onHosts: readonly string[] = ['scan', 'accept', 'unaccept', 'attest'];

/** What an offer of the audit needs for a host, of which it has no word, but rows about one: “who scanned web1”. */
export function aboutHost(
  { host, reading }: Clues,
  [verb = '']: readonly string[],
): Partial<Offer> {
  if (host === null || reading.hosts.length > 1 || !onHosts.includes(verb)) return {};
  return { takes: ['host'], flags: ` --about ${quoteWord(host)}` };
}

/** The past of a deed is meant: “who accepted”, not “accept this”. */
function isDone(clues: Clues, word: string): boolean {
  const forms: Readonly<Record<string, RegExp>> = {
    unaccept:
      /\b(?:unaccept\w*|(?:withdraw|revoke|take back) (?:an?|any)\b|took back|taken back|withdrew|withdrawn|withdrawals?|revoked|undid)\b/,
    attest: /\b(?:attest\w*|vouch\w*)\b/,
    accept:
      /\b(?:accept\w*|waived?|approved|signed off|suppressed|ignored|muted|silenced|okayed)\b/,
    baseline: /\bbaselines?\b/,
    digest: /\bdigest\b/,
    alerts: /\balerts?\b/,
    feeds: /\bfeeds?\b|\badvisor/,
    scan: /\bscan\w*\b/,
    export: /\b(?:export\w*|download\w*|saved|extracted)\b/,
  };
  // Who silenced an alert has accepted nothing, nor has who approved a baseline.
  if (word === 'accept' && clues.says(/\b(?:alert|baseline)s?\b/)) return false;
  return forms[word]?.test(clues.text()) ?? false;
}

const WHOAMI_IDEAS =
  'WHOAMI_POWER YOU HOST LIST EXPLAIN CHANGED HELP_WORD STOP FIX BAD CONTAINER HOW_MANY RUN UNDER SECURE OK_THING DOCKER_SOCKET START ROOT EXEC AFFECTED INSTALLED INSPECT CAPS READ_ONLY STATE_OK PRIVILEGED ESCAPE';

/** What power Seawall itself holds. */
export const ownPower: Frame = (clues) => {
  if (clues.container !== null) return [];
  if (clues.says(/^(?:seawall )?whoami$|^who am i$/)) return [offer('whoami', [], 1, WHOAMI_IDEAS)];
  const isYou = clues.says(/\b(?:you|your|yourself|seawall|the bot)\b/);
  if (!isYou || !clues.has('WHOAMI_POWER')) return [];
  const isStrong =
    clues.says(
      /\b(?:allowed|permitted|power\w*|privileges?|permissions?|access|rights|scopes?|authori\w+|entitled|trust(?! (?:your|the) \w)|need root|able to (?:change|do)|damage|harm|write|modify|credentials?|tokens?)\b/,
    ) ||
    clues.says(
      /\b(?:can|could|do|will|would|are|may|might|is) (?:you|seawall|the bot)\b.{0,40}\b(?:change|break|restart|stop|kill|delete|modify|start|touch|exec|write|control|alter|mess)\b.{0,40}\b(?:hosts?|containers?|anything|servers?|engines?|something|things|my|our)\b/,
    ) ||
    clues.says(
      /\bdo to (?:my|our|the)\b|\bdo (?:on|with) (?:my|our|these|the) (?:hosts?|servers?|machines?|engines?)\b/,
    ) ||
    clues.says(
      /\byou be (?:used|abused|misused|hacked|compromised|taken over|turned)\b|\bif you (?:are|were|got|get) (?:hacked|compromised|taken over|attacked)\b/,
    );
  if (!isStrong) return [];
  let score = 0.97;
  if (clues.says(/^(?:restart|stop|kill|delete|modify|start|change)\b/)) score -= 0.6;
  if (
    clues.says(
      /^(?:please )?(?:can|could|will|would) you (?:please )?(?:restart|stop|kill|delete|modify|start|remove|change)\b/,
    ) &&
    !clues.says(/\b(?:any|anything|my|our|hosts?|something|containers)\b/)
  )
    score -= 0.5;
  return [offer('whoami', [], score, WHOAMI_IDEAS, { hasNoTime: true })];
};

const HELP_IDEAS =
  'HELP_WORD YOU LIST EXPLAIN HOW_TO HOST CONTAINER START RUN INSPECT UNDER WHO_DID CHECK';

/** What can be asked. */
export const helpWith: Frame = (clues) => {
  const verb = commandWord(clues);
  if (verb !== null)
    return [
      offer(
        'help',
        [verb],
        0.95,
        `${HELP_IDEAS} SCAN COMPARE DIGEST EXPORT AUDIT FEED EXEC REACH_WORD EXPOSURE INSPECT DECIDE_ACCEPT DECIDE_ATTEST DECIDE_BASELINE ALERT SURFACE CONTROLS ISOLATED GRADE FINDING IMAGE TREND CHANGED STATE_OK WHY ACCEPTED`,
        { takes: ['strange'], hasNoTime: true },
      ),
    ];
  if (clues.says(WANTS_HOST) && clues.container === null)
    return [
      offer('help', ['hosts'], 0.58, `${HELP_IDEAS} DECIDE_EDGE FIX CHANGED`, {
        ...{ takes: ['strange'], hasNoTime: true },
      }),
    ];
  if (!clues.has('HELP_WORD')) return [];
  const isPlain = clues.says(
    /^(?:please )?(?:help|usage|commands?|manual|docs|tutorial|instructions|options)(?: me)?(?: please| now| page)?$/,
  );
  const isAsked = clues.says(
    /\bwhat (?:else )?(?:you|i|we) (?:can|could|may) (?:do|ask|type|say)\b|\bwhat (?:else )?(?:can|do|could|may|should) (?:you|i|we|seawall|this bot|this|it)\b|\bhow (?:do|can|to|does|should) (?:i |we |one )?(?:use|talk|you|this|it|start|work with|get started)\b|\b(?:which|what|list|show|all)\b.{0,20}\bcommands\b|\b(?:questions?|abilities|features|capabilities of seawall|getting started|get started|tutorial|cheat sheet|who are you|what are you|introduce yourself|show me around|example questions|what to ask|examples of)\b|\bwhat are you (?:good )?for\b|\bi need help\b|\bi am lost\b|\bhow can you help\b|\bcan you help\b|\bwhat (?:should|can) i ask\b|\bhelp me (?:get started|out)?$/,
  );
  let score = isPlain ? 1 : isAsked ? 0.97 : 0.35;
  if (
    clues.has('WHOAMI_POWER') &&
    clues.says(/\b(?:allowed|my hosts|our hosts|to my|to our|permission|rights|scopes|powers?)\b/)
  )
    score -= 0.5;
  if (clues.container !== null || clues.host !== null || clues.reading.vulnerability !== null)
    score -= 0.5;
  if (clues.says(/\b(?:were|was|did|people|inside|container|refused|denied|rejected)\b/))
    score -= 0.4;
  return [offer('help', [], score, HELP_IDEAS, { hasNoTime: true })];
};

const COMMANDS =
  'accept|alerts|ask|attest|audit|baseline|compare|containers|controls|diff|digest|execs|explain|export|exposure|feeds|findings|help|history|hosts|images|inspect|isolation|posture|reach|scan|status|surface|unaccept|whoami|why';
/** A command that somebody used, by its name. */
const USED = new RegExp(
  `\\b(?:used|uses|using|typed|types|ran|called|calls|sent|entered)\\b.{0,20}\\b(${COMMANDS}) command\\b`,
);
const HELP_FORMS: readonly RegExp[] = [
  new RegExp(
    `^(?!.*\\b(?:who|people|did|used by|ran|users?)\\b).*\\b(?:explain|describe|usage|use[sd]?|syntax|options?|arguments?|parameters?|help|manual|words)\\b.{0,40}\\b(?:command (?=(${COMMANDS})\\b)|(?=(${COMMANDS}) command\\b))`,
  ),
  new RegExp(`^(?:usage|syntax|manual|man) (?:of |for )?(?:the )?(${COMMANDS})$`),
  new RegExp(
    `^(?:please )?(?:(?:show|give) (?:me |us )?(?:the )?)?(?:help|usage|man|manual)(?: me| page| text)?(?: with| for| on| about| of)?(?: the)? (${COMMANDS})(?: command)?$`,
  ),
  new RegExp(
    `\\bhow (?:do|can|should|does|would) (?:i|we|you|one|the)?(?: use| run| type| call)? ?(?:the )?(${COMMANDS}) (?:command|verb)\\b`,
  ),
  new RegExp(
    `\\bwhat (?:do|must|should) (?:i|we) (?:type|write|say|enter) (?:for|to) (?:the |an? )?(${COMMANDS})\\b`,
  ),
  new RegExp(
    `\\bhow (?:to|(?:do|does|can|should|would) (?:i|we|you|one)) use (?:the )?(${COMMANDS})$`,
  ),
  new RegExp(
    `\\bhow (?:to|do i|do we|do you|does one|can i|should i) (?:write|type|use|call|spell|say) (?:the |an? )?(${COMMANDS}) (?:command|verb|line)\\b`,
  ),
  new RegExp(
    `\\b(?:what does|explain|describe|usage of|syntax of|syntax for|help with|help on|help for|about|options (?:of|for)|how to use|show me how to use) (?:the )?(?:command )?(${COMMANDS})(?: command)(?: do| mean| work)?\\b`,
  ),
  /^how (?:to|(?:do|can|should|would|does) (?:i|we|you|one)) (?=(accept|unaccept|attest|scan|rescan)\b)/,
  new RegExp(`\\bhelp(?: me| us)? (?:with|on|for|about) (?:the )?(${COMMANDS})(?: command)?$`),
  new RegExp(`\\b(?:usage|syntax|options) (?:of|for) (?:the )?(${COMMANDS})\\b`),
  new RegExp(`\\b(?:what does|explain|describe) (?:the )?command (${COMMANDS})\\b`),
  new RegExp(`\\bhow does (?:the )?(${COMMANDS}) command work\\b`),
  /^how does (?:the )?(accept|attest|export|unaccept|compare|ask|execs|audit) work\b/,
  new RegExp(`\\bhow (?:the )?(${COMMANDS})(?: command)? (?:works|is used)\\b`),
  new RegExp(`^how is (?:the )?(${COMMANDS})(?: command)? (?:used|typed|called|written)\\b`),
  new RegExp(
    `\\b(?:what can|how do) i (?:do|write|type|put) (?:with|after|behind) (?:the )?(${COMMANDS})\\b`,
  ),
];

/** “How do I add another host?”, “how to remove a host”. */
const ADDS_HOST =
  /^(?:how|where) (?:do|can|could|should|would|to) (?:i |we |one )?(?:add|register|connect|onboard|enrol|enroll|declare|remove|delete|revoke|retire) (?:an? |another |more |new |our |my |the )*(?:docker )?(?:host|server|machine|engine|node)s?(?: (?:to|in|with) (?:seawall|you|this|the bot))?$/;

/** “I want to add a new server”: of none that is named. */
const WANTS_HOST =
  /^(?:(?:please|pls|can|could|i|we|would|want|like|need|let us|have|to|you) )*(?:add|register|connect|onboard|enrol|enroll) (?:an? |another |more |new |our |my )+(?:docker )?(?:host|server|machine|engine|node)s?(?: (?:to|in|with) (?:seawall|you|this|the bot))?(?: please| pls)?$/;

function commandWord(clues: Clues): string | null {
  const text = clues.text();
  for (const form of HELP_FORMS) {
    const found = form
      .exec(text)
      ?.slice(1)
      .find((word) => word !== undefined);
    if (found !== undefined) return found;
  }
  const deed =
    /^how (?:do|can|could|should|would) (?:i|we|one) (accept|attest|unaccept|export|compare(?! to\b| with\b)|scan)\b/.exec(
      text,
    )?.[1];
  if (deed !== undefined && clues.host === null && clues.container === null) return deed;
  if (ADDS_HOST.test(text) && clues.container === null) return 'hosts';
  const digest =
    /^how (?:do|can|could|should|would) (?:i|we|one) (?:change|move|set|set up|setup|schedule|configure|switch off|turn off|stop) (?:the |our |my )?(?:daily )?(digest|alerts)\b/.exec(
      text,
    )?.[1];
  return digest ?? null;
}

const FEED_IDEAS =
  'FEED FRESH SYNC VULN LIST YOU OLD LAST_SCAN EXPLAIN AGAIN STATE_OK CHANGED HOW_MANY SOFTWARE UNDER SEND INSPECT RISK NEXT';

/** The data of vulnerabilities. */
export const feedAges: Frame = (clues) => {
  if (!clues.has('FEED') || clues.reading.vulnerability !== null || clues.container !== null)
    return [];
  const isData = clues.says(
    /\bfeeds?\b|\badvisor\w+\b|\bdatabase\b|\bdb\b|\bdata\b|\bdefinitions\b|\binformation\b|\bsignatures\b|\bkev (?:list|data|feed)\b/,
  );
  const isSync = clues.has('SYNC') && !clues.says(/\b(?:when|was|were|how|last|did|is|are|been)\b/);
  const isAged = clues.has('FRESH') || clues.says(/\b(?:show|list|which|what|state|status)\b/);
  let score = isData ? (isSync || isAged ? 1 : 0.8) : 0.4;
  if (clues.has('WHO_DID') && clues.says(/\bwho\b/)) score -= 0.5;
  if (clues.has('IMAGE|HOST') && !clues.says(/\bfeeds?\b/)) score -= 0.3;
  if (clues.has('WHY')) score -= 0.3;
  return [offer('feeds', isSync ? ['sync'] : [], score, FEED_IDEAS, { hasNoTime: true })];
};
