import { engineInfo, policySaid } from '../../snapshot/evidence.ts';
import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { defineRule, unknown } from '../rule.ts';
import { notManaging } from '../swarm-node.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

export const swarmNodeCertExpiry = defineRule({
  id: 'swarm-node-cert-expiry',
  title: 'Swarm node certificates are short-lived',
  subject: 'swarm',
  severity: 'low',
  pillar: 'engine',
  question: 'swarm-unlock-key-rotated',
  controls: ['cis-1.6:7.7', 'cis-1.8:7.7'],
  rationale: 'An attacker can use the stolen key of a node until its certificate ends.',
  remediation: 'Run `docker swarm update --cert-expiry 720h`.',
  fix: { words: 'Shorten the life of the node certificates of {}' },
  needs: ['swarm'],
  judge(swarm, _facts, { policy }) {
    const aside = notManaging(swarm);
    if (aside) return aside;
    const seconds = swarm.nodeCertificateSeconds;
    const limit = policy.swarmNodeCertificateDaysMax;
    const evidence = [
      engineInfo('Swarm.Cluster.Spec.CAConfig.NodeCertExpiry (seconds)', seconds),
      policySaid('policy.swarmNodeCertificateDaysMax', limit),
    ];
    if (seconds === null) return unknown('the manager does not say', evidence);
    const message = `gives nodes certificates for ${Math.round(seconds / HOUR_SECONDS)} hours`;
    const isShort = seconds <= limit * DAY_SECONDS;
    return { verdict: isShort ? 'pass' : 'fail', message, evidence };
  },
  examples: {
    pass: [
      { swarm: managedSwarm },
      { swarm: { ...managedSwarm, nodeCertificateSeconds: DAY_SECONDS } },
      { swarm: { ...managedSwarm, nodeCertificateSeconds: 2 * DAY_SECONDS } },
    ],
    fail: [
      { swarm: { ...managedSwarm, nodeCertificateSeconds: 91 * DAY_SECONDS } },
      { swarm: managedSwarm, policy: { swarmNodeCertificateDaysMax: 30 } },
    ],
    unknown: [
      { swarm: { ...managedSwarm, nodeCertificateSeconds: null } },
      { swarm: { state: 'locked' } },
    ],
    'not-applicable': [{}, { swarm: joinedSwarm }],
  },
});
