import { needsAttestation } from '../open-questions.ts';
import { defineRule } from '../rule.ts';

export const contentTrust = defineRule({
  id: 'content-trust',
  title: 'Clients verify signatures when they pull images',
  subject: 'host',
  severity: 'low',
  pillar: 'images',
  controls: ['cis-1.6:4.5', 'cis-1.8:4.5'],
  rationale: 'Without it the registry, or an attacker in between, decides what a tag means.',
  remediation:
    'Set `DOCKER_CONTENT_TRUST=1` where images are pulled, or verify signatures with a newer tool, and attest it.',
  fix: { words: 'Verify signatures when pulling on {}' },
  isAttestable: true,
  isOfDocker: true,
  needs: [],
  // The setting lives in the environment of each client, never in the engine.
  judge: () => needsAttestation('content-trust'),
  examples: { pass: [], fail: [], unknown: [{}] },
});
