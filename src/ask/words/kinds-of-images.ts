import type { Kind } from './kind.ts';

/** Questions about images as a list of them answers: all, by age and size, and the worst. */
export const kindsOfImages: readonly Kind[] = [
  {
    line: 'images',
    all: ['image'],
    with: 'list|show|all|every|inventory|pulled|stored|local|have|there|are|what|which|host|lie|lying|around|team|overview|we|of|on|in',
    not: 'bugs?|hackers?|olde?s?t?|why|how|explain|what is an?|critical|no|without|use|used|bigger|size|newest|latest|rebuilt|sign',
    score: 0.8,
    isBroad: true,
  },
  {
    line: 'images',
    all: [
      'image',
      'how old|age|by age|age of|when were|when was|oldest|built when|are old|old are',
    ],
    with: 'our|are|of|list|by|is|the|which|what|sorted|built|show|all|created|host|order',
    not: 'older|than|why|feeds?|critical|pinned|latest|containers?|update|scan|scanned|days|months',
    score: 0.95,
  },
  {
    line: 'images',
    all: [
      'image',
      'biggest|largest|smallest|heaviest|fattest|newest|youngest|most recent|most recently built|how big|how large|by size|size of|sorted by size|most disk|most disk space|most space|takes most space|bigger|larger',
    ],
    with: 'which|what|is|are|the|our|show|list|of|on|do|we|have|run|all|takes|uses|how',
    not: 'pull|fetch|get|container|why|explain|older|than|package|update|upgrade|rebuild|critical|secret|unused|feed|digest',
    score: 0.97,
  },
  {
    line: 'images critical',
    all: [
      'image',
      'worst|most dangerous|riskiest|most vulnerable|most at risk|most insecure|in the worst shape|most in danger',
    ],
    with: 'which|are|our|the|show|list|of|on|in|we|have|what',
    not: 'container|why|how|age|old|oldest',
    score: 0.95,
  },
];
