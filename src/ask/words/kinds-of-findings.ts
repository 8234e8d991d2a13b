import { HAS_CONTAINER, type Kind } from './kind.ts';

const HAS_FINDING =
  'finding|debt|problem|issue|risk|violation|misconfiguration|result|check|failure|weakness|complaint';
const WORST =
  'worst|most dangerous|riskiest|most critical|most findings|most problems|most issues|most violations|most risks|highest risk|weakest|scariest|biggest risk|most risky|ugliest|least secure|least safe|most insecure|most at risk|most severe|worst offender|nastiest|most trouble|most red|most worrying|baddest|dirtiest|top offender|top risky|problem child|most urgent|worse|most unsafe|worry about most|worry most about|look at first|care about first|fix first|worry about first|most bad|most attention|first to fix|needs most attention|needs the most attention|gives most trouble|hurts most|on fire';

/** With its verb each: “cannot be” alone would take the denial from “cannot be reached from outside”. */
const NOT_JUDGED = [
  joined(
    'could not|couldnt|nobody could|no one could|nobody can|no one can|nobody was able to',
    'check|judge|assess|decide|evaluate',
  ),
  joined(
    'could not be|can not be|cannot be|nobody has',
    'checked|judged|assessed|decided|evaluated',
  ),
  joined('check could not|rule could not|test could not', 'run|finish|complete'),
].join('|');

function joined(denials: string, verbs: string): string {
  const each = (denial: string) => verbs.split('|').map((verb) => `${denial} ${verb}`);
  return denials.split('|').flatMap(each).join('|');
}

/** Questions about findings and what changed. */
export const kindsOfFindings: readonly Kind[] = [
  // Of an engine a rule says so; of a release of a system `exposure` does, and of what is old the lists.
  ...['findings rule supported-engine-version', 'images', 'surface'].map(
    (line, at): Kind => ({
      line,
      all: [
        'end of life|eol|end of support|out of support|past support|no longer supported|unsupported|not supported any more|past its end',
      ],
      with: 'anything|something|any|what|which|software|system|release|version|do|does|is|are|have|we|still|run|container|host|image|engine|docker|distro|distribution|os',
      not: 'cve|when|explain|mean|means|accept|key|certificate',
      score: 0.58 - at / 50,
    }),
  ),
  {
    line: 'findings accepted',
    all: [
      'sign off|signed off|wave through|waved through|put our name under',
      'which|what|list|show|anything',
      'we|our|anyone|anybody|somebody|the team|been|management',
    ],
    with: `did|have|has|had|that|by|on|so far|ever|already|${HAS_FINDING}`,
    not: 'who|when|how|why|not|never|nobody|container|image|cve|baseline|alert|digest|since',
    score: 1,
  },
  {
    line: 'findings unknown',
    all: [NOT_JUDGED, 'what|which check|which rule|which control|list|show'],
    with: 'was|were|has|have|been|is|the|of|things|still|so far|yet|all',
    not: 'why|how|who|container|image|host|scan|alert|told|cve|feed',
    score: 0.95,
  },
  {
    line: 'findings expiring',
    all: [
      'expire|expires|expiring|runs out|run out|lapses|lapse',
      'soon|next|this week|this month|shortly',
    ],
    with: 'what|which|anything|is|are|does|the|going to|about to|will',
    not: 'why|how|who|certificate|token|key|support|licen[cs]e',
  },
  {
    line: 'findings --by rule',
    all: [
      'cis|benchmark|cis benchmark|docker benchmark|cis docker benchmark',
      'compliance|compliant|result|report|score|status|pass|passing|conform|check|checks|overview',
    ],
    with: 'are|we|is|do|the|our|how|show|docker|against|with|to|host|give|me|what|state',
    not: 'explain|mean|means|which version',
    score: 0.55,
  },
  {
    line: 'findings unknown',
    all: [
      'unknown',
      'why',
      'so much|so many|so many checks|so many findings|most|everything|all this|a lot',
    ],
    with: 'is|are|there|check|of|it|these|the|things|result',
  },
  {
    line: 'diff',
    all: [
      'become worse|became worse|worse|worsened|better|repaired|fixed|solved|closed|mended|improved|resolved|went away|gone away|disappeared|deployed|deploy|rolled out|replaced|upgraded|redeployed|new|got worse|broke|introduced|landed|added|changed|different|popped up|came in|came up|showed up|turned up',
      'did it|has it|is it|did things|have things|anything|something|what|did someone|did somebody|did anybody|somebody|was there|is there|which|has anything|any|news|problem|finding|container|list|show',
    ],
    with: 'was|were|has|have|did|is|get|got|on|since|in|by|it|someone|anyone|deploy|us',
    not: 'why|how|image|scan|who|exec|score|grade|trend|accept|privilege|vulnerability|cve|we better|getting better|getting worse|version|fix first|should|can|could|feed|alert|digest',
    isOfTime: true,
    score: 0.93,
  },
  {
    line: 'findings',
    all: [
      'worries you|worry you|bothers you|worrying|what worries|complain about|complaints about|do not like|dislike|wrong with|wrong on|bad about|bad on|alarming|to worry about|to complain|concerns you',
      'what|anything|which|do you|something|is there|list|tell',
    ],
    with: 'you|about|on|with|host|server|is|there|do|have|the|your|our',
    not: 'most|why|rule|container',
    score: 0.95,
  },
  {
    line: 'findings --by container',
    all: [
      'top offender|worst offender|problem child|biggest offender|worst of all|troublemaker|bad apple|problem container',
    ],
    with: 'which|are|our|the|show|list|on|host|who|is|container',
    not: '(?:by|per) rule',
  },
  {
    line: 'why',
    names: 'rule and container',
    all: [
      'why|what triggered|what caused|what raised|reason|reason for|how come|what for|fail|failing|failed|fails|pass|passes|passed|passing|flagged|violate|violates|because|cause|explain me why|red|green|unknown|not apply|applies|reported|finding|verdict|evidence|proof|show me why',
    ],
    with: `${HAS_FINDING}|${HAS_CONTAINER}|check|rule|explain|does|what|unknown|complain|complaining|hit|hitting|evidence|on|for|red|critical|high|medium|low`,
    score: 1.05,
  },
  {
    line: 'why',
    names: 'container',
    all: [
      'why|what triggered|what caused|what raised|where does it come from|reason|reason for|what is the reason|how come|what for|on which grounds|what made|what makes you|justify|justification|proof|evidence|prove',
      'triggered|caused|raised|red|flagged|reported|bad|critical|high risk|on the list|listed|marked|in the report|complain|complaining|finding|problem|told|alert|in the digest|alarm|fail|failing|fails|risky|green|not reported|clean|rated|so many findings|a finding',
    ],
    with: `${HAS_CONTAINER}|explain|me|is|was|it|here|many|so`,
  },
  {
    line: 'findings --by container',
    all: [
      `${WORST}|by risk|by severity|by danger|by findings|rank|ranking|by number of findings|order of danger`,
      HAS_CONTAINER,
    ],
    with: 'which|has|have|top|list|our|by|rank|rank by|findings|three|five|ten|host|first',
    not: 'exec|image|cve|vulnerability|why|isolated|isolation',
    score: 1.1,
  },
  {
    line: 'findings --by rule',
    all: [
      'which rule|what rule|rule|which check|which checks',
      'most often|most frequently|most frequent|most common|commonest|most|top|oftenest|mostly|by number',
      'fail|fails|failing|failed|violated|broken|breaks|hit|hits|triggered|common|frequent|violation|finding|ignored|problem',
    ],
    with: 'which|what|is|are|the|our|on|host|ten|five|three|list',
    not: 'why|explain|container|fix',
    score: 1,
  },
  {
    line: 'findings',
    all: [
      'scan|check|examination',
      'find|found|detect|detected|reveal|revealed|uncover|uncovered|turn up|bring up|brought up|result|outcome|come up with',
      'last|latest|your|newest|most recent|what did|the scan',
    ],
    with: 'what|did|show|of|on|host|me|us|in|wrong|all|from',
    not: 'how do|who|when|old|rule|image|container|could not|unknown|cve|scan again|please scan',
    score: 1,
  },
  {
    line: 'findings',
    all: [
      'what is open|what is still open|what remains open|what stays open|everything that is open|everything open|everything still open|all that is open|whatever is open',
    ],
    with: 'on|at|in|host|now|right now',
    not: 'port|internet|outside|public|world|listening|socket|critical|high',
    score: 0.55,
  },
  {
    line: 'findings',
    all: [
      'what was open|what were open|was open|were open|was still open|were still open|did we have open|open then|stood open',
    ],
    with: `what|which|on|at|host|then|${HAS_FINDING}|there|all`,
    not: 'port|image|exec|shell|why|container',
    isOfTime: true,
    score: 1,
  },
  {
    line: 'diff',
    all: [
      'compare|compared|comparison|versus|vs|contrast',
      'today|now|currently|current|current state|state|how it is now|the situation|situation|how we are|present',
    ],
    with: 'with|to|and|of|from|then|host|the|our|how|it|was|situation',
    not: 'score|grade|posture|security|trend|container|why|image',
    isOfTime: true,
    score: 1,
  },
  {
    line: 'findings --by container',
    all: ['each container|every container|of each container|of every container', HAS_FINDING],
    with: 'open|list|show|critical|high|group|grouped|sorted|sort|them|so|i|see|what|its|belong|with|by',
    not: 'pids|process|memory|cpu|package|version|image',
    score: 1.1,
  },
  {
    line: 'findings --by container',
    all: [
      'by container|per container|grouped by container|for each container|container by container|of each container|of every container|by workload|per workload|by service|per service|under each container|sorted by container|group by container|ordered by container',
      `${HAS_FINDING}|group|everything|sort|list|split|break down|summary|overview|critical|high|medium|low|open|still open|is open|failing|what is wrong|ones|one|red`,
    ],
    with: 'what|still|is|are|stuff|open|list|show|critical|high|group|grouped|sorted|them|arrange|order|so|i|see|what|its|belong|view|breakdown',
    not: 'pids|process|memory|cpu|package|version|image',
    score: 1.1,
  },
  {
    line: 'findings',
    all: [
      'by severity|per severity|of each severity|grouped by severity|sorted by severity|each severity|severity breakdown|broken down by severity|split by severity|severity distribution|severity split|ordered by severity|order of severity',
      HAS_FINDING,
    ],
    with: 'how many|number of|count|count of|show|list|what|which|the|our|open|are|there|do|we|have|breakdown|overview|group|split|distribution|of',
    not: 'container|image|cve|vulnerab\\w+|rule|why|explain|since|trend|over time|sarif|csv|json',
    score: 1.1,
  },
  {
    line: 'findings --by rule',
    all: [
      'by rule|per rule|grouped by rule|for each rule|rule by rule|of each rule|by check|per check|by control|sorted by rule|under each rule',
      `${HAS_FINDING}|group|everything|sort|list|split|break down|summary|overview|critical|high|medium|low|open|still open|is open|failing|what is wrong|ones|one|red|offender`,
    ],
    with: 'what|still|is|are|stuff|open|list|show|critical|high|group|grouped|sorted|them|arrange|order',
    score: 1.1,
  },
  {
    line: 'findings unknown',
    all: [
      'finding|check|rule|verdict|result|judgement|control|question|test|thing',
      'not sure about|not sure of|unsure about|unsure of|not certain about|not certain of|uncertain|in doubt about|doubtful|not verify|could not verify|not able to verify|not be verified|could not be verified|not verified|unverified',
    ],
    with: 'what|still|list|all|host|on|have|which|are|there|you|not|could|no',
    not: 'container|image|workload|service|command|why',
    score: 1.1,
  },
  {
    line: 'findings unknown',
    all: [
      'where could|where did|have you|are you|were you|could you|can you|check|rule|judgement|finding|verdict|control|test|question|result|what|anything|everything|all|seawall',
      'you not check|not you check|could not check|not be done|not be checked|you not tell|not able to tell|unable to tell|unknown|undecided|not been able to decide|not come to a verdict|no opinion|can not tell|could not tell|not reach a verdict|not come to a conclusion|without a result|not able to answer|unable to answer|not able to say|unable to say|not able to determine|unable to determine|not be decided|could not be decided|not determine|could not determine|not be determined|not be judged|not be evaluated|not be answered|came back unknown|come back unknown|not find out|not known|not clear|could not say|can not say|could not be answered|without conclusion|not conclusive|came back without|open questions|not been able to judge|not able to judge|not able to decide|unable to decide|unable to judge|could not answer|could you not answer|can you not answer|can not answer|not answer|not answered|not decide|could not decide|could you not decide|not judged|unanswered|without answer|without an answer|without verdict|without a verdict|no verdict|could not judge|could you not judge|not judge|unjudged|not you decide|not you judge|not you answer|you not decide|you not judge|you not answer|are unclear|unclear|inconclusive|open question|not evaluated|could not evaluate|not conclude|skipped|grey|gray|could not check|could you not check|can not check|can you not check|not be checked|unable to check|not able to check|could you not verify|can you not verify|can not verify',
    ],
    with: 'still|list|all|host|on|have|which|are|there|you|not|could|no',
    not: 'container|image|workload|service|command|why|message|digest|mean|meaning',
    score: 1.1,
  },
  {
    line: 'findings',
    all: [
      'still open|remains to be done|remain to be done|to be done|to be fixed|to fix|what remains|outstanding|unresolved|unfixed|left to fix|not yet fixed|remain open|remains open|remaining|still broken|open item|backlog|still to fix|still to do|not fixed yet|not solved|unsolved|left to do|open todo|still wrong',
    ],
    with: `${HAS_FINDING}|list|all|what|security|host|everything`,
    not: 'port|image|digest|accept|exec|connection|socket',
    score: 0.9,
  },
  {
    line: 'findings',
    all: [
      'worst|most severe|most serious|gravest|top|highest|important|severe|serious|dangerous|nasty|urgent',
      'finding|violation|issue|problem|result',
    ],
    with: 'which|are|list|show|the|in|on|host|most|five|ten|three|what|our|have|do|we|there|any',
    not: 'container|why|fix|first|score|image|start|vulnerability|accept',
    score: 0.9,
  },
  {
    line: 'findings accepted',
    all: [
      'what do we|what we|what did we|what have we|which|list|show|all|what was|what is|what|any|our|current|did we',
      'decided to live with|live with|we ignore|waived|signed off|tolerated|exempted|excused|risk acceptance|accepted risk|accept|accepted|waiver|exemption|exception|on the accept list|risk register|put aside',
    ],
    with: `${HAS_FINDING}|still|active|valid|in force|now|far|so|host|until`,
    not: 'not|nobody|no one|never|without|except|excluding|minus|who|why|how|expires?|soon|image|port|verdict|expiring|when|ends?|next|run out',
    score: 0.93,
  },
  {
    line: 'findings expiring',
    all: [
      'acceptance|accepted|waiver|exception|exemption|accepted risk|risk acceptance|attestation|sign off',
      'end next|end this|next week|next month|expire|expires|expiring|run out|runs out|end soon|ends soon|end|ends|renew|renewal|soon|due|lapse|about to end|next to end|over soon|review|to be reviewed',
    ],
    with: `${HAS_FINDING}|which|when|next|our|first|what|are|this|host`,
    not: 'why|how|who|no end|no end date|no expiry|no expiry date|never|without an end|without end|without an expiry|without expiry|not expire|not end',
    score: 1.1,
  },
];
