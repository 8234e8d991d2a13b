import type { Kind } from './kind.ts';

/** Questions about Seawall itself, what people did with it, and the rest. */
export const kindsOfSeawall: readonly Kind[] = [
  {
    line: 'images',
    all: ['image'],
    with: 'list|show|all|every|inventory|pulled|stored|local|have|there|are|what|which|host|lie|lying|around|team|overview|we|of|on|in',
    not: 'bugs?|hackers?|olde?s?t?|why|how|explain|what is an?|critical|no|without|use|used|bigger|size|newest|latest|rebuilt|sign',
    score: 0.8,
    isBroad: true,
  },
  {
    line: 'audit',
    all: [
      'what do|what did|what are|what have|who|everything|all|how|show',
      'people|colleague|user|team|everyone|others|team mate|everybody|staff|who',
      'with you|use you|using you|uses you|used you|asked you|ask you|with seawall|with the bot|used seawall|use seawall|uses seawall|used the bot|uses the bot|ask the bot|ask seawall|ordered you',
    ],
    with: 'do|did|doing|lately|recently|most|done|has|have|been|to',
    not: 'what can|how do|how to',
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
      'your data|the data|scan data|our data|scan result|scan results',
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
    not: 'who|why|how|when|did|came|come|so far|yet|today|post|send',
    score: 1,
  },
  {
    line: 'alerts off',
    all: [
      'stop|kill|end|cancel|turn off|switch off|disable|no more|unsubscribe|quit|silence|mute|we do not want|do not want|do not need|shut up|do not send',
      'alert|alarm|notification|alerting|warning|pinging|ping',
    ],
    with: 'the|all|our|any|more|here|channel|this|sending|posting|from|want|in|us|me|for|every|security',
    not: 'who|why|how|when|did|digest',
    score: 1,
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
    line: 'audit snooze',
    all: [
      'who|which person|which user|show|list|which colleague|did anyone|did somebody|someone',
      'snoozed|snooze|snoozes|silenced an alert|silenced the alert|silenced alert|muted an alert|muted the alert|muted alert|postponed|put to sleep|silenced alerts|muted alerts',
    ],
    with: 'the|an|alert|finding|this|any|message|last|times',
    score: 1.1,
  },
  {
    line: 'audit acknowledge',
    all: [
      'who|which person|which user|show|list|which colleague|did anyone|did somebody|someone|what was',
      'acknowledged|acknowledge|acknowledges|acked|ack|acknowledgement',
    ],
    with: 'the|an|alert|finding|this|any|message|critical|has|been',
    not: 'how do',
    score: 1.1,
  },
  {
    line: 'audit assign',
    all: [
      'who|which person|which user|show|list|which colleague|did anyone|did somebody|someone|what was',
      'assigned|assign|assigns|reassigned|handed over|assignment',
    ],
    with: 'the|an|alert|finding|this|any|message|critical|to|whom|has|been|work',
    not: 'how do',
    score: 1.1,
  },
  {
    line: 'audit baseline approve',
    all: [
      'who|which person|which user|show|list|which colleague|did anyone|did somebody|someone',
      'approved a baseline|approved the baseline|approved baseline|baseline approval|set the baseline|set a baseline|baselined|approved new baseline|baseline approve',
    ],
    with: 'the|a|container|new|last|of|for',
    score: 1.1,
  },
  {
    line: 'audit alerts on',
    all: [
      'who|which person|which user|which colleague',
      'turned alerts on|turned the alerts on|switched the alerts on|turned the alert on|enabled alerts|turned on alert|switched on alert|enabled alert|switched alerts on|enabled the alert|turned on the alert|switched on the alert|subscribed',
    ],
    with: 'the|here|channel|this|on|in',
    score: 1.1,
  },
  {
    line: 'audit alerts off',
    all: [
      'who|which person|which user|which colleague',
      'turned alerts off|turned off alert|switched off alert|disabled alert|switched the alerts off|turned the alerts off|turned the alert off|switched the alert off|disabled the alerts|muted the alerts|stopped the alerts|switched alerts off|disabled the alert|turned off the alert|switched off the alert|stopped the alert|stopped alert',
    ],
    with: 'the|here|channel|this|off|in',
    score: 1.1,
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
    line: 'audit digest schedule',
    all: [
      'who|which person|which user|which colleague|did anyone|did anybody|did somebody|did someone|has anyone|has anybody|has somebody|has someone',
      'change the digest schedule|move the digest schedule|touch the digest schedule|edit the digest schedule|reschedule the digest|move the digest|change the time of the digest|moved the digest schedule|touched the digest schedule|edited the digest schedule|changed the digest schedule|changed digest schedule|set the digest schedule|moved the digest|rescheduled the digest|scheduled the digest|set up the digest|changed the time of the digest|changed the schedule of the digest',
    ],
    with: 'the|here|channel|this|in|daily|schedule|of|digest|did|has',
    not: 'can|could|would|should|please|will|must',
    score: 1.1,
  },
  {
    line: 'audit digest now',
    all: [
      'who|which person|which user|which colleague|by whom',
      'posted|sent|published|triggered|pushed|sent out|posted out',
      'digest|the digest',
    ],
    with: 'the|here|channel|this|in|daily|manually|by hand|early|just|was',
    not: 'schedule|when|off',
    score: 1.1,
  },
  {
    line: 'audit digest off',
    all: [
      'who|which person|which user|which colleague',
      'turned the digest off|turned off digest|switched off digest|disabled digest|switched the digest off|disabled the digest|turned off the digest|switched off the digest|stopped the digest|stopped digest|cancelled the digest|canceled the digest|ended the digest',
    ],
    with: 'the|here|channel|this|off|in|daily',
    score: 1.1,
  },
];
