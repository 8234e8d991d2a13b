import type { Kind } from './kind.ts';

/** Questions about what people did with Seawall. */
export const kindsOfAudit: readonly Kind[] = [
  // Its times and its end are known; who did that is not, and is said.
  {
    line: 'inspect',
    names: 'container',
    all: [
      'who|who has|by whom|which person|which user|which colleague',
      'stopped|killed|restarted|started|removed|deleted|created|paused|stop|kill|restart|start|remove|delete|create|pause|shut down|took down|brought down',
    ],
    with: 'the|container|was|has|been|did|last|it|again|down',
    not: 'shell|exec|command|process|session|scan|alert|in|inside|accept|why|how',
    score: 0.95,
  },
  {
    line: 'audit',
    names: 'container',
    all: [
      'who|who else|which user|which person|which colleague|did anybody|did anyone|did somebody|did someone|has anybody|has anyone',
      'asked about|asked for|ask about|ask for|asked you about|asked seawall about|asking about|queried|query|inquired about|enquired about|requested',
    ],
    with: 'the|last|today|lately|recently|ever|has|have|been|data|of|container',
    not: 'accept|exec|shell|access|port|why|how|can|may',
    score: 0.97,
  },
  {
    line: 'audit accept',
    all: [
      'who|which colleague|which user|which person|by whom|did anybody|did anyone|did somebody',
      'dismissed|dismiss|waved through|wave through|brushed off|let slide|rubber stamped|brushed aside',
    ],
    with: 'finding|findings|risk|risks|issue|issues|problem|problems|the|a|any|were|was|has|have|which|what|critical|criticals|of our|our|on',
    not: 'alert|alerts|container|how|why|not|never',
    score: 0.95,
  },
  {
    line: 'audit',
    all: [
      'what do|what did|what are|what have|who|everything|all|how|show',
      'people|colleague|user|team|everyone|others|team mate|everybody|staff|who',
      'with you|asking you|been asking you|asking seawall|use you|using you|uses you|used you|asked you|ask you|with seawall|with the bot|used seawall|use seawall|uses seawall|used the bot|uses the bot|ask the bot|ask seawall|ordered you',
    ],
    with: 'do|did|doing|lately|recently|most|done|has|have|been|to',
    not: 'what can|how do|how to',
  },
  {
    line: 'audit',
    all: [
      'command|commands|request|requests|lines',
      'people|colleagues|users|everyone|everybody|others|team mates|staff',
      'typed|entered|sent|gave|issued|asked for',
    ],
    with: 'last|latest|recent|newest|most|what|which|show|list|were|was|the|that|all|did|have|has|give|me',
    not: 'in|inside|into|containers?|on|shell|exec|can|how|why',
    score: 1.05,
  },
  {
    line: 'audit',
    all: ['request|requests', 'last|latest|recent|newest|most recent'],
    with: 'show|list|give|me|the|what|which|were|are|all|see|people|made|sent',
    not: 'refused|denied|rejected|of|by|in|inside|from|pull|merge|http|why|how|can|host',
    score: 0.9,
  },
  {
    line: 'why',
    all: [
      'who|which person|which user|which colleague|did anyone|did somebody|did someone|has someone|has anyone|by whom',
      'acknowledged|acknowledge|acked|ack|took|assigned|works on|is working on|takes care of|assigned to',
      'alert|alerts|notification|warning|page',
    ],
    with: 'the|an|for|about|of|on|that|was|is|has|been|last|critical',
    names: 'container',
    not: 'how do|since|snoozed?|digest',
    score: 1.1,
  },
  {
    line: 'audit snooze',
    all: [
      'who|which person|which user|show|list|which colleague|did anyone|did somebody|did someone|has someone',
      'snoozed|snooze|snoozes|silenced an alert|silenced the alert|silenced alert|muted an alert|muted the alert|muted alert|postponed|put to sleep|silenced alerts|muted alerts',
    ],
    with: 'the|an|alert|finding|this|any|message|last|times',
    score: 1.1,
  },
  {
    line: 'audit acknowledge',
    all: [
      'who|which person|which user|which colleague|did anyone|did somebody|did someone|has someone|what was',
      'acknowledged|acknowledge|acknowledges|acked|ack|acknowledgement',
    ],
    with: 'the|an|alert|finding|this|any|message|critical|has|been',
    not: 'how do',
    score: 1.1,
  },
  {
    line: 'audit hosts',
    all: [
      'who|by whom|which person|which user|which colleague|did anyone|did anybody|did somebody|did someone|has anyone|has anybody|has somebody|has someone',
      'added host|added the host|added a host|added a new host|added new host|add a host|add host|add the host|removed host|removed the host|removed a host|remove a host|remove the host|registered host|registered a host|registered the host|rotated the key|rotated a key|rotated key|rotate the key|revoked the key|revoked a key|revoke the key|deregistered|enrolled host|enrolled the host|host added|host removed',
    ],
    with: 'the|a|new|host|of|key|was|were|from|has|to',
    score: 1.1,
  },
  {
    line: 'audit export',
    all: [
      'export|exports|exported file|export file',
      'who|people|colleague|somebody|someone|anybody|anyone|user|everybody|which person',
      'took|take|taken|made|make|ran|created|pulled|downloaded|drew|requested|asked for|got',
    ],
    with: 'list|show|every|the|all|that|did|have|has',
    not: 'how|can|could you|please give|why',
    score: 1,
  },
  {
    line: 'audit assign',
    all: [
      'who|which person|which user|show|list|which colleague|did anyone|did somebody|did someone|has someone|what was',
      'assigned|assign|assigns|reassigned|handed over|assignment',
    ],
    with: 'the|an|alert|finding|this|any|message|critical|to|whom|has|been|work',
    not: 'how do',
    score: 1.1,
  },
  {
    line: 'audit baseline approve',
    all: [
      'who|which person|which user|show|list|which colleague|did anyone|did somebody|did someone|has someone',
      'approved a baseline|approved the baseline|approved baseline|baseline approval|set the baseline|set a baseline|baselined|approved new baseline|baseline approve',
    ],
    with: 'the|a|container|new|last|of|for',
    score: 1.1,
  },
  {
    line: 'audit baseline withdraw',
    all: [
      'who|by whom|which person|which user|which colleague|did anyone|did somebody|did someone',
      'withdrew a baseline|withdrew the baseline|withdrew baseline|withdrawn baseline|baseline withdrawn|withdraw a baseline|withdraw the baseline|revoked a baseline|revoked the baseline|dropped a baseline|dropped the baseline|baseline was withdrawn|baseline were withdrawn|removed a baseline|removed the baseline',
    ],
    with: 'the|a|container|of|for|approved',
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
  {
    line: 'why',
    all: [
      'who|by whom|whose|which person|which colleague',
      'accepted|waived|signed off|signed off on|approved the risk|took the risk|exempted|tolerated',
    ],
    with: 'the|risk|finding|for|of|on|this|that|was|is|has|acceptance|exception|rule|from',
    names: 'container',
    not: 'since|baseline|digest|alert',
    score: 1,
  },
  {
    line: 'why',
    all: [
      'who|by whom|whose|which person|which colleague',
      'accepted|waived|signed off|signed off on|approved the risk|took the risk|exempted|tolerated',
    ],
    with: 'the|risk|finding|for|of|on|this|that|was|is|has|acceptance|exception|rule|from',
    names: 'rule and container',
    not: 'since|baseline|digest|alert',
    score: 1.1,
  },
  {
    line: 'audit refused',
    all: [
      'what|which|who',
      'bot|seawall',
      'refuse|refused|deny|denied|reject|rejected|turn down|turned down',
    ],
    with: 'did|has|the|have|request|requests|commands',
    not: 'why',
  },
  {
    line: 'audit',
    all: ['audit|audit log|audit trail|audit entries|audit history|decided|decision|decisions'],
    with: 'who|what|which|was|were|has|have|been|made|show|log|trail|history|entries|for|of|on|about|all|container',
    names: 'container',
    not: 'baseline|why|how|refused|denied|rejected',
    score: 1.02,
  },
];
