import type { Kind } from './kind.ts';

/** Questions about the grade, now and over time. */
export const kindsOfGrades: readonly Kind[] = [
  {
    line: 'containers',
    all: ['look like|looked like'],
    with: 'what|how|did|the|host|server|box|fleet|things|it',
    not: 'digest|alert|message|attack|finding',
    isOfTime: true,
    score: 0.59,
  },
  {
    line: 'posture',
    all: [
      'safest host|host is the safest|host is safest|safest of our hosts|most secure host|worst host|how well do we do|how well are we doing|how are we doing|how do we do|how well off|school report|how do we fare|how well do we fare|weak spot|weakest spot|weakest point|how worried|how concerned|how bad|how good|how bad is|pillar|in shape|in good shape|in bad shape|what shape|security level|one number|single number|health score|security score|report card|how do we stand|where do we stand|how healthy|hygiene|verdict|security overview|big picture|management summary|executive summary|rate|rank|one mark|what condition|in what condition|from an a|away from an a|reach an a|get to an a|one fix|only one fix|fix only one thing|fix one thing|only one thing|how good is our|one thing to fix|few corrections|three corrections|most benefit|brings most benefit',
    ],
    with: 'weakest|strongest|lowest|highest|best|worst|overall|total|together|number|good|bad|security|our|fleet|host|server|machine|box|give|me|value|need|security|docker|whole|average|situation|state|summary|far|away|bring|it|there|do|only|this|budget|correction|fix|condition|mark|sentence|looking|look|are we|it|things|right now|for management|boss|container|engine|fleet|estate',
    not: 'compared|than|how bad is cve|image|finding|container called|since|trend|wrong|at any point|at some point|points of attack|alert|it to|no verdict|without a verdict|without verdict|for which|is it if|is it that|digest',
    score: 0.92,
  },
  {
    line: 'posture',
    all: [
      'how does|how do|how is|how are|what about',
      'security wise|security|secure|safety|security posture|look security',
    ],
    with: 'look|looks|looking|doing|our|on|the|today|host|server|state|of|overall|docker|in terms of',
    not: 'score|trend|since|command|rule|work|image|audit log',
  },
  {
    line: 'posture',
    all: [
      'lose most points|lose points|lost points|lose the most|costs us points|cost most points|points|quick fix|first fix|fix first|fix next|fix in one hour|gives most|gain most|most gain|biggest win|where to begin|best investment|secure enough|safe enough|good enough|hardened enough',
    ],
    with: 'which|what|where|do|we|our|on|the|is|are|for|an|most|fix|gives|would|host|docker|fleet|estate|audit|production|to|brings|more|how many|get|can',
    not: 'image|package|cve|acceptance|container called|why|explain|at any point|at some point|points of attack',
    score: 1.05,
  },
  {
    line: 'posture',
    all: [
      'what|which|how|where',
      'improve|improves|raise|lift|boost|strengthen|help|helps|gain',
      'the most|most|first|next|easily|quickly|cheaply|fastest|biggest',
    ],
    with: 'would|could|can|do|does|should|we|i|score|grade|security|posture|thing|fix|change|step|action|on|the|for|host|bring|single',
    not: 'image|cve|container|who|trend|ago|since',
    score: 0.95,
  },
  {
    line: 'posture',
    names: 'host',
    all: [
      'ok|okay|fine|healthy|alright|in trouble|bad|red|green|clean|compliant|good|in danger|at risk',
    ],
    with: 'is|how|state|the|host|server|box|security|now|still|really',
    not: 'up|why|reachable|image|alert|anything|something|any|what|which',
    score: 0.8,
    isBroad: true,
  },
  {
    line: 'history',
    all: [
      'where do we stand|how do we stand|how are we doing|grade|score|posture|security|safer|secure|finding',
      'better|worse|lower|higher|improved|declined|compared|fewer|safer|more secure|less secure|more than|less than|than',
    ],
    with: 'was|were|are|is|we|our|the|now|open|have|than|month|week|year|ago|before',
    not: 'container|which|what|why|any',
    isOfTime: true,
  },
  {
    line: 'posture',
    all: [
      'why',
      'red|bad|so bad|poor|weak|insecure|so red|so low|low|an f|a d|an e|a c|grade f|grade d|failing|bad grade|low grade|low score|bad score|so few points',
    ],
    with: 'is|does|do|has|have|such|grade|score|still|only|so',
    names: 'host',
    not: 'since|drop|fell|down|worse|than',
  },
  {
    line: 'history',
    all: [
      'why|what made|how come|what caused',
      'score|grade|posture|rating',
      'drop|dropped|drops|fall|fell|fallen|go down|went down|gone down|goes down|sink|sank|decrease|decreased|worse|lower|decline|declined|lose points|lost points',
    ],
    with: 'did|has|is|our|the|so|much|suddenly|today|than|overnight|s',
    score: 1.06,
  },
  {
    line: 'posture',
    all: [
      'why|how come|how do we get|how do i get|how to get|how can we get|how can i get|how would we get|what keeps us from|how far are we from|what is missing for|what do we need for',
      'only an a|only a b|only a c|only a d|just a b|just a c|just a d|not an a|not a b|not better|to an a|to a b|to a c|an a|a b|a c|a d|an e|an f|why f|why d|why e|why c|come f|come d',
    ],
    with: 'is|are|do|did|have|we|our|only|just|still|the|it|get|got|grade|score|and|to|up|as|of',
    not: 'since|drop|fell|down|worse|than|container|image|alert|finding|rule|host called|cve|there|name',
    score: 0.95,
  },
];
