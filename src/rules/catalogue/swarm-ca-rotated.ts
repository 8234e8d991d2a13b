import { counted } from '../../shared/text.ts';
import { engineInfo, policySaid } from '../../snapshot/evidence.ts';
import { daysBetween } from '../days.ts';
import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { defineRule, unknown } from '../rule.ts';
import { notManaging } from '../swarm-node.ts';

export const swarmCaRotated = defineRule({
  id: 'swarm-ca-rotated',
  title: 'Swarm CA has been rotated in time',
  subject: 'swarm',
  severity: 'low',
  pillar: 'engine',
  question: 'swarm-unlock-key-rotated',
  controls: ['cis-1.6:7.8', 'cis-1.8:7.8'],
  rationale: 'Anyone who got the CA key can become a manager until the key is replaced.',
  remediation: 'Run `docker swarm ca --rotate`; the nodes change over by themselves.',
  fix: { words: 'Rotate the CA of {}' },
  needs: ['swarm'],
  judge(swarm, _facts, { policy, takenAt }) {
    const aside = notManaging(swarm);
    if (aside) return aside;
    const limit = policy.swarmCaAgeDaysMax;
    const evidence = [
      engineInfo('Swarm.Cluster.TLSInfo.TrustRoot valid from', swarm.caValidFrom),
      engineInfo('Swarm.Cluster.RootRotationInProgress', swarm.isRotatingCa),
      policySaid('policy.swarmCaAgeDaysMax', limit),
    ];
    const days = swarm.caValidFrom === null ? null : daysBetween(swarm.caValidFrom, takenAt);
    if (days === null) {
      return unknown('the certificate of the CA is not shown or could not be read', evidence);
    }
    const rotating = swarm.isRotatingCa ? ', being rotated now' : '';
    const message = `has a CA that is ${counted(days, 'day')} old${rotating}`;
    return { verdict: days > limit ? 'fail' : 'pass', message, evidence };
  },
  examples: {
    pass: [
      { swarm: managedSwarm },
      { swarm: { ...managedSwarm, caValidFrom: '2025-01-02T00:00:00.000Z' } },
    ],
    fail: [
      { swarm: { ...managedSwarm, caValidFrom: '2025-01-01T00:00:00.000Z' } },
      { swarm: managedSwarm, policy: { swarmCaAgeDaysMax: 30 } },
      { swarm: { ...managedSwarm, caValidFrom: '2020-01-01T00:00:00.000Z', isRotatingCa: true } },
    ],
    unknown: [{ swarm: { ...managedSwarm, caValidFrom: null } }, { swarm: { state: 'locked' } }],
    'not-applicable': [{}, { swarm: joinedSwarm }],
  },
});
