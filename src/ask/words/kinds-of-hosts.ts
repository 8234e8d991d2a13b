import type { Kind } from './kind.ts';

/** Questions about hosts as a list of them answers: its findings, its engine, and what could not be looked at. */
export const kindsOfHosts: readonly Kind[] = [
  {
    line: 'hosts',
    all: [
      'which host|what host|which server|what server|which machine|which box|which engine|host with|server with|machine with|host by|server by|host sorted by',
      'most|fewest|least|highest number|largest number|greatest number|lowest number|by number|more than others',
      'finding|problem|issue|violation|risk|critical|high|medium|low',
    ],
    with: 'has|have|is|are|the|of|number|our|open|in|at|right now|now|currently|at the moment',
    not: 'container|image|exec|cve|vulnerab\\w+|fix|first|why|how|accept|changed|new|since|rule|score|grade',
    score: 1.05,
  },
  {
    line: 'hosts',
    all: [
      'by host|per host|for each host|of each host|on each host|for every host|by server|per server|by machine|per machine',
      'number of|count|count of|how many',
      'finding|problem|issue|violation|risk',
    ],
    with: 'the|our|open|are|there|we|have|show|list|give|me',
    not: 'container|image|rule|cve|vulnerab\\w+|why|how do|new|fixed|accepted|csv|sarif|json',
    score: 1.05,
  },
  {
    line: 'hosts',
    all: [
      'docker|engine|docker engine|dockerd|docker daemon|moby',
      'older than|newer than|older|outdated|oldest|newest|latest|old|ancient|behind|out of date|not up to date|lower than',
      'which host|which server|which machine|which box|host|server|machine',
    ],
    with: 'run|runs|running|has|have|is|are|the|version|of|still|on|with|a|an|do|any',
    not: 'image|container|cve|vulnerab\\w+|feed|why|explain|scan',
    score: 0.58,
  },
  {
    line: 'hosts',
    all: [
      'any|anything|any host|anybody|which|what|is there|are there|list|show|how many|host|server|machine|box',
      'unscanned|not scanned|never scanned|never scan|not scanned yet|not yet scanned|without a scan|without scan|without any scan|no scan|no scan yet|with an old scan|oldest scan|with outdated scan',
    ],
    with: 'host|server|machine|box|our|my|of|the|is|are|were|was|there|still|yet|do|did|you|we|have|has|in|fleet|left|with|that|been|everything|so far',
    not: 'image|container|why|when|who|package|port|label|should|please|again|now|^scan|rescan',
    score: 1.05,
  },
  {
    line: 'hosts',
    all: [
      'any|anything|any host|anybody|which|what|is there|are there|list|show|how many|host|server|machine|box',
      'went quiet|gone quiet|went silent|gone silent|fell silent|went dark|gone dark|stopped answering|stopped responding|not answer|not answering|not respond|not responding|could you not read|could not read|could not be read|can not be read|failed to reach|failed to read|fail to reach|fail to answer',
    ],
    with: 'host|server|machine|box|our|my|of|the|is|are|there|still|do|did|you|we|have|has|in|fleet|that|been|could',
    not: 'image|container|why|when|who|package|file|section|rule|feed|how (?!many)|alert|check',
    score: 1.1,
  },
];
