import { otherImage } from '../example-facts.ts';
import { containersOf, unusedImage } from '../image-use.ts';
import { needsAttestation } from '../open-questions.ts';
import { defineRule } from '../rule.ts';

export const verifiedPackages = defineRule({
  id: 'verified-packages',
  title: 'Packages are verified when images are built',
  subject: 'image',
  severity: 'low',
  pillar: 'images',
  question: 'content-trust',
  controls: ['cis-1.6:4.11', 'cis-1.8:4.11'],
  rationale: 'Without a check the server, or an attacker in between, decides what is downloaded.',
  remediation:
    'Install from signed repositories and check other downloads by digest, and attest it.',
  fix: { words: 'Verify the packages of the image {} when it is built' },
  isAttestable: true,
  needs: ['images', 'containers'],
  judge: (image, { containers }) =>
    containersOf(image, containers).length === 0
      ? unusedImage(containers)
      : needsAttestation('verified-packages'),
  examples: { pass: [], fail: [], unknown: [{}], 'not-applicable': [{ image: otherImage }] },
});
