import { engineInfo } from '../../snapshot/evidence.ts';
import { needsAttestation } from '../open-questions.ts';
import { defineRule } from '../rule.ts';

export const hardenedHostOs = defineRule({
  id: 'hardened-host-os',
  title: 'Host operating system has been hardened',
  subject: 'host',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:1.2.1', 'cis-1.8:1.2.1'],
  rationale: 'Containers share the kernel of their host: they cannot be safer than it is.',
  remediation: 'Harden the host by the guide of its distribution, and attest when that was done.',
  fix: { words: 'Harden the operating system of {}' },
  isAttestable: true,
  needs: [],
  consults: ['engine'],
  judge: (_host, { engine }) =>
    needsAttestation(
      'hardened-host-os',
      engine.state === 'read'
        ? [
            engineInfo('OperatingSystem', engine.value.operatingSystem),
            engineInfo('KernelVersion', engine.value.kernelVersion),
          ]
        : [],
    ),
  examples: { pass: [], fail: [], unknown: [{}] },
});
