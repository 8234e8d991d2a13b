import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { needsAttestation } from '../open-questions.ts';
import { defineRule } from '../rule.ts';
import { notManaging } from '../swarm-node.ts';

export const swarmUnlockKeyRotated = defineRule({
  id: 'swarm-unlock-key-rotated',
  title: 'Swarm unlock key has been rotated in time',
  subject: 'swarm',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:7.6', 'cis-1.8:7.6'],
  rationale: 'People and files hold the key whenever a manager restarts, so it can leak.',
  remediation:
    'Run `docker swarm unlock-key --rotate`, store the new key, and attest when you did it.',
  fix: { words: 'Rotate the unlock key of {}' },
  isAttestable: true,
  needs: ['swarm'],
  // The engine would show the key itself, which Seawall never asks for, and no date.
  judge: (swarm) => notManaging(swarm) ?? needsAttestation('swarm-unlock-key-rotated'),
  examples: {
    pass: [],
    fail: [],
    unknown: [{ swarm: managedSwarm }, { swarm: { state: 'locked' } }],
    'not-applicable': [{}, { swarm: joinedSwarm }],
  },
});
