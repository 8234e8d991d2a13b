import { engineInfo } from '../../snapshot/evidence.ts';
import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { defineRule, needsAttestation, type RuleText } from '../rule.ts';
import { swarmOff, swarmState } from '../swarm-node.ts';
import { usedImageRule } from '../used-image.ts';

/** What no evidence shows, so that a person looks and vouches. */
export const attested = [
  defineRule({
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
    // The setting lives in the environment of each client, never in the engine.
    judge: () => needsAttestation('content-trust'),
    examples: { pass: [], fail: [], unknown: [{}] },
  }),
  defineRule({
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
    consults: ['engine'],
    judge(_host, { engine }) {
      if (engine.state === 'unread') return needsAttestation('hardened-host-os');
      const { operatingSystem, kernelVersion } = engine.value;
      return needsAttestation('hardened-host-os', [
        engineInfo('OperatingSystem', operatingSystem),
        engineInfo('KernelVersion', kernelVersion),
      ]);
    },
    examples: { pass: [], fail: [], unknown: [{}] },
  }),
  ofImages({
    id: 'image-signature-verified',
    title: 'Signatures of images are validated',
    severity: 'medium',
    question: 'content-trust',
    controls: ['cis-1.6:4.12', 'cis-1.8:4.12'],
    rationale: 'A signature tells who built an image, whatever registry it came from.',
    remediation:
      'Sign in the pipeline and verify at deployment, e.g. with `cosign verify`, and attest it.',
    fix: { words: 'Validate the signature of the image {}' },
  }),
  ofImages({
    id: 'no-unneeded-package',
    title: 'Images carry no needless packages',
    severity: 'low',
    controls: ['cis-1.6:4.3', 'cis-1.8:4.3'],
    rationale:
      'A package that nothing needs can have vulnerabilities, and gives an attacker tools.',
    remediation:
      'Build on a slim or distroless base, install with `--no-install-recommends`, and attest that the list was reviewed.',
    fix: { words: 'Remove needless packages from the image {}' },
  }),
  defineRule({
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
    // The API does not show the address of the data path.
    judge: (swarm) =>
      swarmOff(swarm) ?? needsAttestation('swarm-planes-separated', [swarmState(swarm)]),
    examples: {
      pass: [],
      fail: [],
      unknown: [{ swarm: managedSwarm }, { swarm: joinedSwarm }, { swarm: { state: 'locked' } }],
      'not-applicable': [{}],
    },
  }),
  ofImages({
    id: 'verified-packages',
    title: 'Packages are verified when images are built',
    severity: 'low',
    question: 'content-trust',
    controls: ['cis-1.6:4.11', 'cis-1.8:4.11'],
    rationale: 'Without a check the server, or an attacker in between, decides what is downloaded.',
    remediation:
      'Install from signed repositories and check other downloads by digest, and attest it.',
    fix: { words: 'Verify the packages of the image {} when it is built' },
  }),
] as const;

/** A rule of how images in use were made. */
function ofImages(declared: RuleText) {
  return usedImageRule({
    ...declared,
    isAttestable: true,
    judge: () => needsAttestation(declared.id),
    examples: { pass: [], fail: [], unknown: [{}] },
  });
}
