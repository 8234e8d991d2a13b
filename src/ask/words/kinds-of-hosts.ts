import type { Kind } from './kind.ts';

/** Questions about hosts that Seawall could not look at. */
export const kindsOfHosts: readonly Kind[] = [
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
