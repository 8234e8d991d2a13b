import { HAS_CONTAINER, type Kind } from './kind.ts';

/** Questions about what one container reaches, and who reaches it. */
export const kindsOfReach: readonly Kind[] = [
  {
    line: 'reach',
    names: 'container',
    all: [
      'share a network|shares a network|sharing a network|share network|shares network|share the network|shares the network|sharing the network|same network|the same network|in the network|on the network of|network of|attached to the same network|on a network',
      'which|who|what|any|anything|anybody|list|show',
    ],
    with: `${HAS_CONTAINER}|with|as|is|are|do|does|the|other|else|on|in|of|attached|to`,
    not: 'host|why|how|explain|namespace|mode|where',
    score: 1,
  },
  {
    line: 'reach',
    names: 'container',
    all: [
      'what|which|who|where|how far|how much|how many|everything|damage|impact|blast|consequence',
      'sits|sit|does|can|could|from|through|via|starting at|starting from|start from|coming from|inside|if|by way of|behind',
      'next to|beside|reachable|reach|reached|attacked|attack|hit|accessible|accessed|touched|exposed|connect|connected|connects|get to|go|contacted|infected|spread|affected|damage|next|see|seen|visible|talk|endangered|in danger|follow|owned|hacked|popped|compromised|broken|breached|taken over',
    ],
    with: `network|machine|service|be|can|could|would|is|are|got|gets|was|${HAS_CONTAINER}|host|other|on|the|attacker|someone|somebody|happen|neighbour|port|to|in|lost`,
    not: '(?:can|could|may|might|able to) (?:talk|reach|connect|get|access|see|touch|attack|speak|infect|ping)|to the host|the host|escape|break out|exec|internet|outside|world|shell|shellshock|image|version|log',
    score: 0.97,
  },
];
