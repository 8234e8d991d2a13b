import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { needsAttestation } from '../open-questions.ts';
import { defineRule } from '../rule.ts';
import { swarmOff, swarmState } from '../swarm-node.ts';

export const swarmPlanesSeparated = defineRule({
  id: 'swarm-planes-separated',
  title: 'Swarm control and data planes are separated',
  subject: 'swarm',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:7.9', 'cis-1.8:7.9'],
  rationale: 'On one network, heavy application traffic can block the messages of the managers.',
  remediation:
    'Join with `--data-path-addr` on another interface than `--advertise-addr`, and attest it.',
  fix: { words: 'Separate the control and data planes of {}' },
  isAttestable: true,
  needs: ['swarm'],
  // The API does not show the address of the data path.
  judge: (swarm) =>
    swarmOff(swarm) ?? needsAttestation('swarm-planes-separated', [swarmState(swarm)]),
  examples: {
    pass: [],
    fail: [],
    unknown: [{ swarm: managedSwarm }, { swarm: joinedSwarm }, { swarm: { state: 'locked' } }],
    'not-applicable': [{}],
  },
});
