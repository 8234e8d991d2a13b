import { DRIFT, HAS_CONTAINER, type Kind } from './kind.ts';

const LIFE =
  'since when|been up|been running|up since|running since|running for|up for|startup|start up|start time|startup time|live|lived|last|lasted|exist|existed|run for|ran for|exit code|exit status|exit reason|exit|recreated|redeployed|rebuilt|replaced|stop|stopped|die|died|crash|crashed|disappear|started|start|came up|come up|created|uptime|killed|ended|removed|restarted|lifetime|life|born|alive|history of|past of|happened to|happened with|became of';
const FORM =
  'config|configuration|setting|setup of|image|owner|own|owns|owned by|responsible for|maintains|belongs to|belong to|in charge of|command line|entrypoint|volume|mount|port|label|suid|setuid|set uid|suid binary|suid file|setuid binary|setuid file|environment|env|network|which user|what user|user|digest of|tag|mounted into|mounted in|which host|what host|where does|where is|runs where|profile|facts|overview|summary|fact sheet|card|raw|full info|data on|data about';
const TOLD =
  'told|alerted|notified|informed|warned|alert|alerts|notification|pinged|messages about|heard about|knew about|got to know|message';

/** Questions about containers, one or many. */
export const kindsOfContainers: readonly Kind[] = [
  // Most keep what the engine gives, which the controls show; what was added to that is a property.
  ...['controls', 'containers added-capability', 'explain no-added-capabilities'].map(
    (line, at): Kind => ({
      line,
      all: ['drop|drops|dropped|dropping|not drop|without dropping', 'cap|capability'],
      with: 'which|who|do|does|did|all|their|its|the|ones|any|container',
      score: 0.58 - at / 50,
    }),
  ),
  {
    line: 'inspect',
    names: 'container',
    all: [
      'how is|hows|how s|how does|how are',
      'looking|look|doing|faring|holding up|getting on|coming along',
    ],
    with: 'the|our|container|today|now|right now|these days|currently|at the moment',
    not: 'to|from|compared|than|vs|since|like',
  },
  {
    line: 'why',
    names: 'container',
    all: [
      'why|how come|what is the reason',
      'nobody|no one|not|never|no',
      'ping|pinged|page|paged|flag|flagged|shout|raise|raised|mention|mentioned|yell|bark|beep',
    ],
    with: 'did|was|were|has|have|been|got|us|me|we|i|the team|anybody|anyone|about|for|because of|on|over|you|seawall|it|alarm|get',
    not: 'page of|how to',
    score: 1,
  },
  {
    line: 'controls',
    all: [
      'seccomp|apparmor|selinux|no new privileges|app armor',
      'on|enabled|active|activated|switched on|turned on|in use|running|working|in place',
    ],
    with: 'is|are|do|does|we|have|the|profile|confinement|filter|filtering|host|any|still|actually|currently|our',
    not: 'off|disabled|no|not|without|missing|which|who|where|why|how|what|explain|mean|means|turn|enable|switch|can|should|container',
    score: 0.95,
  },
  {
    line: 'controls',
    all: ['seccomp|apparmor|selinux|no new privileges|capabilities', 'unknown|not known', 'why'],
    with: 'is|are|the|so|still|all|reported|shown|as|for|of',
    score: 0.95,
  },
  {
    line: 'inspect',
    names: 'container',
    all: [
      'docker socket|docker sock|engine socket|socket of docker|socket of the engine|exposed to the internet|exposed to the world|exposed to the outside|exposed to everybody|exposed publicly|publicly exposed|publicly reachable|publicly accessible|public|reachable from the internet|reachable from outside|open to the internet|open to the world|accessible from the internet|accessible from outside|internet facing',
    ],
    with: 'is|does|do|has|have|mount|mounts|mounted|the|a|use|uses|got|access|to|it|directly',
    not: 'why|how|explain|who|which|what|reach|port|can',
    score: 0.95,
  },
  {
    line: 'containers',
    all: ['container|workload|service|app'],
    with: 'list|show|all|every|inventory|overview|table|census|have|there|are|what|which|host|team|of|on|in|run|running|exist|was|were|from|names',
    not: 'how|why|explain|what is an?|no|not|without|with|worst|secure|image|can|could|that|whose|most|compare|version|critical',
    score: 0.8,
    isBroad: true,
  },
  {
    line: 'containers',
    all: ['ps|docker ps'],
    with: 'on|host|all|list|show|me|the',
    isBroad: true,
  },
  {
    line: 'execs',
    names: 'container',
    all: [
      'who|anybody|anyone|somebody|someone|which user|people|which colleague|which person|what',
      'was in|is in|been in|was inside|were in|were inside|went in|been inside|got in|got inside|log in|logged in|logged on|logged into|shell|bash|exec|typed|connected to|poked|attached|came in|entered|worked in|did things in|touched|hands on|ssh|run by hand|typed in|executed in|by hand',
    ],
    with: `the|in|inside|container|of|today|last|there|into|did|has|have|was|${HAS_CONTAINER}|command|shell|opened|open`,
    not: 'what is in|what is inside|can|could|talk|reach|how do|allowed|installed|package|say somebody|if somebody|suppose',
    score: 1,
  },
  {
    line: 'execs',
    all: [
      'shell|bash|exec|terminal|interactive session|console|docker exec|exec session|shell session|root shell',
      'opened|open|started|session|history|list|show|any|which|who|root|were|was|happened|there|somebody|anyone|yesterday|today|recent|made|all',
    ],
    with: 'container|in|on|host|privileged|inside|as|were|docker|into|the',
    not: 'why|how|explain|can you|seawall|reverse|open a|give me a|shellshock|image|version|package|library|start',
    score: 1.1,
  },
  ...(['container', undefined] as const).map(
    (names): Kind => ({
      line: 'execs',
      ...(names && { names }),
      all: [
        'command|commands',
        'people|somebody|someone|anybody|anyone|users|colleagues|devs|developers|admins|they|folks|we|were|was|been|list|show|which|what|have|any',
        'started|start|ran|run|been running|running|typed|launched|executed|issued|entered|used by hand|fired',
        `in|inside|within|into`,
      ],
      with: `which|what|list|show|the|that|have|has|did|do|been|by hand|inside|${HAS_CONTAINER}|host|all`,
      not: 'you|seawall|audit|can|could|how|why|should',
      score: 1.05,
    }),
  ),
  {
    line: 'execs',
    names: 'container',
    all: ['the commands'],
    with: 'show|me|list|give|in|inside|of|what|were|was|that',
    not: 'you|seawall|can|command line|startup|fix',
    score: 1,
  },
  {
    line: 'isolation',
    all: ['rootless'],
    with: `which|what|who|host|server|engine|daemon|docker daemon|run|runs|running|is|are|mode|in|any|anything|on|do|we|have|list|show|${HAS_CONTAINER}`,
    not: 'what is(?: an?| that| this| it)?(?: rootless|$)|what does|explain|mean|means|how|why|should|switch|enable|turn|image|not|no|non',
    score: 0.95,
  },
  {
    line: 'controls',
    all: [
      'kernel',
      'enforce|enforces|enforced|enforcing|in force|apply|applies|applied|hold|holds|restrict|restricts|impose|imposes|in effect',
    ],
    with: `what|which|does|do|is|are|the|really|actually|for|on|of|by|${HAS_CONTAINER}|control|see|our`,
    not: 'why|how do|explain|shared|share|version|if',
    score: 1,
  },
  {
    line: 'controls',
    all: [
      'restrict|restricts|restricted|confine|confines|confined|protect|protects|limits',
      'configured|enforced|in force|in effect|effective|really|actually|applied',
      HAS_CONTAINER,
    ],
    with: 'what|which|how|is|are|as|and|or|versus|against|the|on|of|in|by|configured|enforced|effective',
    not: 'why|how do|explain|reach|fix|accept|no|not|without',
    score: 0.95,
  },
  ...(['container', undefined] as const).map(
    (names): Kind => ({
      line: 'controls',
      ...(names && { names }),
      all: [
        'what|which|how|by what',
        'restrict|restricts|restricted|confine|confines|confined|sandbox|sandboxes|sandboxed|limits|constrain|constrains|constrained|in check|in bounds|on a leash|hold back|holds back|held back|fence|fences|fence in|fences in|fenced in|hem in|hems in|keep in check|keeps in check|kept in check|locks down|keep in bounds|tame|tames|rein in|reins in|is limited|are limited',
        ...(names ? [] : [HAS_CONTAINER]),
      ],
      with: `${HAS_CONTAINER}|the|in|on|of|by|is|are|does|do|check|back|process|all|our`,
      not: 'why|how do|explain|memory|cpu|pids?|ram|reach|fix|accept|no|not|without|nothing',
      score: 0.9,
    }),
  ),
  {
    line: 'isolation',
    names: 'container',
    all: [
      'wall between|barrier between|strong is|distance between|could|can|attacker|hacker|intruder|malware|adversary|somebody|someone|root in|process in|code in|exploit in|possible|way|far|distance|jump|get from|step from|climb|escalate|could|can',
      'to the host|the host|onto the host|on the host|to host|host root|root on host|host kernel|its host',
    ],
    with: `in|of|from|do|get|what|is|it|to|how|many|${HAS_CONTAINER}|if|hacked|damage|reach|harm|between|and|how strong|wall`,
    not: 'host network|host pid|why|network|connect|mount|share',
    score: 1.1,
  },
  {
    line: 'isolation',
    all: [
      'vm|virtual machine|gvisor|kata|sandboxed runtime|hypervisor|microvm|micro vm|runsc|firecracker',
      'which|who|container|what|any|anything|list',
    ],
    with: `sit|run|live|in|inside|under|with|use|isolated|behind|by|have|is|are|${HAS_CONTAINER}`,
    not: 'what is|what are|explain|why|how|would|should|difference|differs?|between|what s the',
  },
  {
    line: 'isolation',
    all: [
      'wall between|barrier between|how thick|how strong|how far|distance between|how tight|how well separated|boundary between|gap between',
      HAS_CONTAINER,
      'host|machine|server|kernel',
    ],
    with: 'is|are|the|between|and|from|wall|barrier|boundary|of|our|its|away|separated',
    not: 'why|explain|score|version|accept',
    score: 1,
  },
  {
    line: 'inspect',
    names: 'container',
    all: [LIFE],
    with: `when|what|why not|did|with|and|how long|exit|code|${HAS_CONTAINER}|at what time|time|was|last|moment|till|until|still|ever|tell|me|where`,
    not: 'exec|shell|someone|somebody|who ran|shell in|command in|before it|log in|logged|restart always|reach|talk|audit|scan|score|version of|fix|should|escape|approve|as root|privileged|baseline approve|get to',
    score: 0.9,
  },
  {
    line: 'inspect',
    names: 'container',
    all: [FORM],
    with: `what|which|who|is|has|have|use|uses|used|run|runs|show|give|${HAS_CONTAINER}|of|its|from|all|list|based|built|the|with|me|does|open|mounted|published|see`,
    not: 'socket|vulnerable|vulnerabilit(?:y|ie)|cve|reachable|sees?|talks?|reach(?:es)?|on its network|on the network|log|traffic|usage|consumption|size|exec|shell|reach|talk|escape|compare|effective|really|seccomp|apparmor|capability|host network|kernel|why|accept|root|version|sbom|export|limit|scan|network access|fix|how do|lateral|blast',
    score: 0.88,
  },
  {
    line: 'inspect',
    names: 'container',
    all: [TOLD],
    with: `who|was|did|anybody|anyone|someone|somebody|get|got|about|for|when|has|been|${HAS_CONTAINER}|have|were|we|people|which|channel|were|any`,
    not: 'snoozed?|muted?|silenced?|acked|acknowledged?|assign(?:ed)?|why|not told|not alerted|was not|nobody|stop|off|on critical|send|never|not|no alert|no one|turn|no',
    score: 0.95,
  },
  {
    line: 'inspect',
    names: 'container',
    all: [DRIFT],
    with: `has|is|did|still|how|much|what|from|its|the|${HAS_CONTAINER}|baseline|approved|state|any|show|in|of|changed|differ`,
    not: 'approve|withdraw|why',
    score: 1,
  },
  {
    line: 'containers gone',
    all: [
      'stuff|things|container|what|which|anything|workload|everything|something|service|who|job|any',
      'lived shortly|lived only shortly|shortly|short time|briefly|for a moment|for seconds|few seconds|only seconds|only a moment|came and went|came and go|come and gone|vanished|disappeared|was removed|were removed|got removed|been removed|went away|gone|has gone|are gone|died|was deleted|been deleted|got deleted|exited|is missing|short lived|ephemeral|terminated|shut down|was killed|were killed|stopped existing|flashed|started and stopped|started and ended|appeared and vanished|lived less',
    ],
    with: 'ran|run|lived|only|existed|list|container|show|host|there|did|have|has|been|all|now|not|for|then|again|and',
    not: 'image|rule|problem|issue|risk|violation|vulnerability|finding|scan|alert|acceptance|finding|feed|privileged|root|connection|host went|host gone|how do|how long|can|should|fix|exited container',
    score: 1.1,
  },
  {
    line: 'isolation',
    all: [
      'badly isolated|poorly isolated|weakly isolated|well isolated|isolation level|isolated best|isolated worst|isolation|closest to the host|near the host|nearest to the host|close to the host|least isolated|most isolated|not isolated|isolate',
    ],
    with: `which|how|are|is|our|list|show|${HAS_CONTAINER}|host|level|all|of|from|the|best|worst|least|most|overview`,
    not: 'network|how do|explain|what is isolation',
    score: 0.95,
  },
  {
    line: 'controls',
    names: 'container',
    all: [
      'confines|hold|holds|holding|kernel view|kernel side|kernel sees|kernel state|in force|enforced|effective|restricts|restrict|restriction|restricted|confined|confinement|hardening|protection|protects|protected|guardrail|sandbox|sandboxed|locked down|control|configured versus effective|what holds|measured|caps|capability|capabilities|seccomp|apparmor|selinux|no new privs|masked path|cgroup limits|namespaces',
    ],
    with: `what|which|is|are|how|really|active|in|of|on|by|and|against|versus|configured|${HAS_CONTAINER}|view|kernel|does|have|has|with|show|list|actual|limits|applied|work|working|measured`,
    not: 'why|reach|escape|break|how do|fix|accept|explain|sock|socket|added|extra|score|safe|secure|image',
    score: 0.93,
  },
  {
    line: 'diff',
    all: [DRIFT],
    with: `what|which|has|have|any|anything|show|list|did|${HAS_CONTAINER}|host|from|baseline|approved|its|their|who|is|are|there|all|everything|since|changed|still|configuration|config`,
    not: 'approve|withdraw|explain|mean|define|word|term|concept|expression|why|who approved|how do|what is (?:a |the )?drift',
    score: 1,
  },
  {
    line: 'diff',
    all: [
      'started|started up|got started|came up|booted|launched|spun up|spawned|was created|were created',
      `what|which|anything|something|show|list|did anything|${HAS_CONTAINER}`,
    ],
    with: 'new|was|were|has|have|been|got|all|freshly|newly|since|on',
    not: 'who|exec|shell|command|scan|scans|process|image|gone|stopped|at|privileged|root|socket|with|without',
    isOfTime: true,
    score: 1,
  },
];
