import type { Kind } from './kind.ts';

/** Alerts of some severities, or for a time: no line is of them. */
const OF_SOME =
  'tonight|tomorrow|this (?:morning|afternoon|evening|weekend|week)|at night|until|till|for (?:an?|one|the next|\\d+|two|three|few|a few|half an|now|tonight|today) ?(?:minute|hour|day|week|while|bit|moment|night|min|hr)?|critical|crit|high|medium|low|but|except|only|and';

/** Questions about Seawall itself, and the rest. */
export const kindsOfSeawall: readonly Kind[] = [
  {
    line: 'hosts',
    all: [
      'which host|what host|which hosts|which server|which servers|which machine|which machines|which box|worst host|weakest host|worst hosts',
      'worst|least secure|most dangerous|riskiest|weakest|most vulnerable|most exposed|lowest score|lowest grade|worst grade|least safe|most at risk|in the worst shape|most risky',
    ],
    with: 'is|are|the|our|my|of|have|has|host|hosts|server|machine|in|we|do',
    not: 'why|how|container|image|finding|fix|first',
    score: 1.05,
  },
  {
    line: 'whoami',
    all: [
      'have|has|do|does|could|can|is|are|what|which|how|your|list|show',
      'you|seawall|the bot|this bot|this thing|this tool|your|yourself|itself',
      'may do|may you do|might do|root|break|damage|access|permission|right|power|powerful|privilege|scope|token|credential|write access|read only|admin|dangerous|destroy|allowed to|able to change|much control|harm',
    ],
    with: 'on|my|host|docker|our|engine|in|slack|to|the|socket|with|it|need|hold|holds|much|get|got|anything|here|own',
    not: 'container|help|explain|find|why|cve|what can you do|who|know|tell|see|check|scan|show me containers|privileged containers',
    score: 1,
  },
  {
    line: 'whoami',
    all: [
      'you|seawall|the bot|this bot|your token|your credential',
      'took over|takes over|take over|taken over|hacked|hack|hacks|compromised|compromise|compromises|stole|steals|stolen|hijacked|hijack|hijacks|breached|breach|gets hold of|got hold of|get hold of|abused|abuse|abuses|break into|breaks into|broke into|owned|misused',
      'what|how|could|would|can|damage|harm|worst',
    ],
    with: 'if|an|attacker|hacker|someone|somebody|he|they|get|do|reach|control|over|us|our|host|then|happen|with|to',
    not: 'containers?|exposed|affected',
    score: 1,
  },
  {
    line: 'status',
    all: [
      'scanning|scan|watching|watcher|watch|collector|monitoring',
      'working|work|works|running|alive|up and running|healthy|stuck|broken|ok|okay|still going|going on',
    ],
    with: 'is|are|the|still|your|you|properly|correctly|at all|everything',
    not: 'container|why|who|can you|could you|please|start|again|how|what|which|when',
    score: 1,
  },
  {
    line: 'help',
    all: [
      'new here|first time|first day|just joined|beginner|newbie|getting started|what now|introduction|onboarding|how to begin|teach me how|how do you work|how does this work|cheat sheet',
    ],
    with: 'i|am|my|what|now|with|you|seawall|bot|here|should|do|on|this|channel|team',
    not: 'container|host|scan|digest|alert|explain|mean|what is',
    score: 1.1,
  },
  {
    line: 'surface',
    all: [
      'process|listener|listening port|open port|setuid file|suid file|suid|setuid|exposed port|attack surface|listening socket|running process',
    ],
    with: 'on|host|list|show|count|how many|which|are|number of|and|of|the|in|all|there|have|we|open|running',
    not: 'limit|fork|without|host process|pid|container|unlimited|control|namespace|who|public|internet|see|why|how do|explain|what is|publish|service',
    score: 0.85,
    isBroad: true,
  },
  {
    line: 'status',
    all: [
      'can you not see|do you not see|can not you see|not see|not able to see|do you miss|are you missing|do you overlook|blind|version|release|seawall version|health of seawall|own health|your health|uptime|alive|are you fresh|fresh is your data|fresh are your data|fresh is the data|old is your data|old are your data|how current|when did you look|last look|coverage|last scan|look last|last time you looked|scan age|data age|up to date',
    ],
    with: 'how|much|you|your|what|is|seawall|bot|self|itself|when|data|host|scan|show|of|are|did|how much|part|percent|long|last',
    not: 'docker|engine|package|cve|feed|advisory|image|host version|software|container|which versions|versions|how many versions|exec|change|exploit|database|kernel',
    score: 0.9,
  },
  {
    line: 'status',
    all: [
      'you|seawall|the bot|monitoring|watching|watch|watched|surveillance|visibility|view|sight|observation|supervision|supervised|monitored|your eyes|seen|observed',
      'how well|how completely|how much|everything|see all|complete|completely|properly|gap|missing|miss|overlook|blind|visible|quality|hole|fully|has seawall seen|have you seen|did you see|reliable|reliably|overlooked|lost sight',
      'see|seen|watch|watched|monitoring|monitored|view|visibility|sight|cover|covered|coverage|observe|observed|supervised|look at|looking at|gap|watching',
    ],
    with: 'how|can|is|are|do|does|our|the|system|host|fleet|all|so far|of|in|able|to|it|should|now|at the moment|being|any|there|right|has|have|what|not|everything|estate|docker|environment|infrastructure|server|machine|at|moment',
    not: 'container|cve|finding|rule|feed|digest|image|accept|exec|shell|command|why|who|exposed|vulnerab\\w+|logs?|port',
    score: 1,
  },
  {
    line: 'status',
    all: [
      'all host|every host|all the host|all our host|all your host|all of our host|each host|every single host|all server|all the server|all our server|every server|all machine|all the machine|all our machine|every machine|whole fleet|all engine|all box|all the box|all our box|every box|the host',
      'reach|reachable|contact|connect|connected|connection|see|talk to|online|alive|up|answer|answering|respond|responding|get through|report in|reporting in|check in|checking in',
      'can|able|is|are|do|still',
    ],
    with: 'you|still|now|for you|seawall|right|again|with|them|after|have|of',
    not: 'which|what|list|show|who|container|finding|how many|up to date|log|exec|image|can (?:reach|see|talk)',
    score: 1,
  },
  {
    line: 'status',
    all: [
      'how complete|how well|how good|how much|how far|how current',
      'your view|your coverage|your visibility|your picture|your sight|you see|you cover|you observe|do you see|can you see|do you watch|you watching',
    ],
    with: 'is|are|our|the|of|host|container|now|right now|fleet|docker',
    not: 'why|cve|finding|image',
    score: 1,
  },
  {
    line: 'status',
    all: [
      'your data|the data|scan data|our data|scan result|scan results|your scan|our scan|the scans',
      'stale|old|fresh|outdated|out of date|up to date|current|recent|age|new',
    ],
    with: 'is|how|are|still|your|of|scan|seawall|too',
    not: 'vulnerability|feed|cve|advisory|database|db|image|container',
    score: 0.95,
  },
  {
    line: 'digest preview',
    all: [
      'digest|morning report|daily report|daily summary|report of tomorrow',
      'how looks|how would|how does|how will|what would|what will|what is in|in the next|next digest look|will be in|preview|contain|say|draft|look like|looks|before it goes|without sending|without posting|show me the next|see the next|content|test',
    ],
    with: 'next|tomorrow|look|like|the|show|see|today|coming|would|will|now',
    not: 'when|schedule|stop|send it|post it|how do i|how does the digest work|command|turn|what is a',
    score: 1,
  },
  {
    line: 'status',
    all: [
      'next digest|next morning report|next daily report|next daily summary|digest next|hear from you|next message from you|write to us next|report next|message of tomorrow',
      'when|what time|at what time|how long until|when is|when come|when comes|next one|come next|is due|arrive|arrives',
    ],
    with: 'i|we|hear|from|you|next|come|comes|coming|sent|does|the|will|is|it|arrive|here|posted|channel|today|tomorrow',
    not: 'preview|look|contain|was|last|did|who|why|schedule|change|at 8|stop|here|channel|room',
    score: 0.97,
  },
  {
    line: 'digest off',
    all: [
      'stop|end|cancel|turn off|switch off|disable|no more|unsubscribe|quit|drop|we do not want|do not want|do not need|no digest',
      'digest|daily report|morning report|daily summary|daily message',
    ],
    with: 'the|daily|our|any|more|here|channel|this|sending|posting|from|want|in|anymore',
    // “Not on weekends” is less of them, and not their end.
    not: 'who|why|how|when|did|came|come|so far|yet|today|post|send|weekend|saturday|sunday|holiday',
    score: 1,
  },
  {
    line: 'alerts off',
    all: [
      'stop|kill|end|cancel|turn off|switch off|disable|no more|unsubscribe|quit|silence|mute|we do not want|do not want|do not need|shut up|do not send|no alert|no notification',
      'alert|alarm|notification|alerting|warning|pinging|ping|telling this channel|telling the channel|tell this channel|telling us about|posting finding|posting problem',
    ],
    with: 'the|all|our|any|more|here|channel|this|sending|posting|from|want|in|us|me|for|every|security',
    not: `who|why|how|when|did|digest|${OF_SOME}`,
    score: 1,
  },
  // One alert is silenced or taken on by its buttons.
  ...(['container', undefined] as const).map(
    (names): Kind => ({
      line: 'help alerts',
      ...(names && { names }),
      all: [
        'snooze|unsnooze|unmute|mute|acknowledge|ack|unacknowledge|assign|unassign|silence',
        'alert|alarm|page|warning|notification',
      ],
      with: 'the|this|that|for|to|me|an|hour|hours|until|tomorrow|about|on|of|again|how|can|do|i|we|you|please',
      not: 'who|why|when|did|digest|off|channel|here|all|every|alerts',
      score: 0.9,
    }),
  ),
  {
    line: 'alerts off',
    all: [
      'keep quiet|be quiet|stay quiet|shut up|leave us alone|leave us in peace|mute|silence|stop posting|stop writing|stop talking|mute yourself',
      'channel|here|room',
    ],
    with: 'this|in|the|our|please|from now on|now|i|we|want|would like|to|can|could|you|into',
    not: `who|why|how|when|did|digest|report|summary|alert|should|is|are|everything|${OF_SOME}`,
    score: 1,
  },
  {
    line: 'alerts on',
    all: ['unmute', 'channel|here|room'],
    with: 'this|the|our|please|again|now|can|could|you|i|we|want|to',
    not: `who|why|how|when|did|should|is|are|not|never|${OF_SOME}`,
    score: 1,
  },
  {
    line: 'alerts status',
    all: [
      'who|which channel|which channels|which people|where',
      'gets|get|receives|receive|sees|hears|told|alerted|notified|informed|pinged|paged',
      'alert|alarm|notification|critical|warning|page|paged|alerted|notified',
    ],
    with: 'all|the|is|are|here|about|of|our|else|for|at once|immediately|when|there|do|does',
    not: 'why|audit|was|were|did|has|have|digest|turned|changed|image',
    score: 0.9,
  },
  {
    line: 'alerts status',
    all: ['is|are|why', 'muted|silenced|mute|unmuted', 'channel|here|room'],
    with: 'this|the|our|still|we|in|now',
    not: 'who|should|how|digest',
    score: 1,
  },
  {
    line: 'audit alerts off',
    all: ['who', 'muted|silenced', 'channel|here|room'],
    with: 'this|the|our|has|in',
    score: 1.1,
  },
  {
    line: 'feeds sync',
    all: [
      'bring|get|make|take',
      'up to date|to the latest state|to the newest state|up to speed',
      'advisory|feed|vulnerability data|vulnerability database|cve data|cve database|vulnerability feed',
    ],
    with: 'the|your|our|all|of',
    not: 'how|is|are|when|why|who',
    score: 1.1,
  },
  {
    line: 'alerts status',
    all: [
      'which|what|is|are|do|does|show|status|list|how|tell|current|will|where',
      'alert setting|alert settings|set to receive|alert here|alerted|alert channel|alert setting|alerts in|alert configured|alert status|alerts on|alert come|alerting|alert enabled|alert active|alerts set|alert set|alert configuration|told at once|alert go|alert subscription|subscribed|alert rule|alarms',
    ],
    with: 'this|channel|alert|here|come|to|in|we|us|is|set|up|now|which|room|get|severity|level|on|go|what',
    not: 'who|why|stop|turn|host|history|was|were|did',
    score: 0.97,
  },
  {
    line: 'feeds',
    all: [
      'vex statement|statement|vex|csaf statement|openvex statement',
      'matched nothing|match nothing|matches nothing|unmatched|matched no image|matched no package|not matched|without a match|unused|apply to nothing|applied to nothing|did not match',
    ],
    with: 'which|list|show|of|our|the|any|are|there|imported|have|do',
  },
  {
    line: 'feeds',
    all: [
      'cisa|kev|epss|osv|debian|alpine|ubuntu|nvd',
      'data|catalogue|catalog|feed|list|records|scores|advisory',
      'fresh|recent|old|current|up to date|outdated|age|when|new|stale|last update|updated|latest|loaded',
    ],
    with: 'is|are|how|your|our|the|in|of|you|do|have|s',
    not: 'images?|containers?|vulnerabilit\\w+ (?:in|on)|who|why|exploited',
    score: 1,
  },
  {
    line: 'feeds',
    all: [
      'when|how old|how fresh|how recent',
      'kev|epss|cisa',
      'updated|update|fresh|old|age|current|refreshed|fetched|synced',
    ],
    with: 'was|is|were|the|list|our|last|data|catalog',
    not: 'image|container|finding',
    score: 1,
  },
];
