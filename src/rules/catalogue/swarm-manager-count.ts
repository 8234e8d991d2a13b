import { nodesListed, policySaid } from '../../snapshot/evidence.ts';
import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { defineRule, notApplicable } from '../rule.ts';
import { notManaging } from '../swarm-node.ts';

/** With fewer the loss of one manager leaves no majority. */
const MANAGERS_MIN = 3;

export const swarmManagerCount = defineRule({
  id: 'swarm-manager-count',
  title: 'Number of swarm managers is right',
  subject: 'swarm',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:7.1', 'cis-1.8:7.1'],
  rationale:
    'An even number survives no more failures than one manager less, a single manager survives none, and an attacker can take over the swarm through each of them.',
  remediation:
    'Use `docker node promote` and `docker node demote` until there are 3, 5 or 7 managers.',
  fix: { words: 'Set the right number of managers in {}' },
  needs: ['swarm'],
  judge(swarm, _facts, { policy }) {
    const aside = notManaging(swarm);
    if (aside) return aside;
    const { managers, nodes } = swarm;
    const highest = policy.swarmManagersMax;
    const evidence = [
      nodesListed('managers', managers),
      nodesListed('nodes', nodes),
      policySaid('policy.swarmManagersMax', highest),
    ];
    if (nodes <= 1) return notApplicable('the swarm has one node only', evidence);
    const isRight = managers % 2 === 1 && managers >= MANAGERS_MIN && managers <= highest;
    const message = `has ${managers} of ${nodes} nodes as managers`;
    return { verdict: isRight ? 'pass' : 'fail', message, evidence };
  },
  examples: {
    pass: [
      { swarm: managedSwarm },
      { swarm: { ...managedSwarm, managers: 7, nodes: 7 } },
      { swarm: { ...managedSwarm, managers: 9, nodes: 9 }, policy: { swarmManagersMax: 9 } },
    ],
    fail: [
      { swarm: { ...managedSwarm, managers: 2, nodes: 2 } },
      { swarm: { ...managedSwarm, managers: 1, nodes: 3 } },
      { swarm: { ...managedSwarm, managers: 9, nodes: 9 } },
    ],
    unknown: [{ swarm: { state: 'locked' } }, { swarm: { state: 'pending' } }],
    'not-applicable': [
      {},
      { swarm: joinedSwarm },
      { swarm: { ...managedSwarm, managers: 1, nodes: 1 } },
    ],
  },
});
