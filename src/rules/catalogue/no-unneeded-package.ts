import { otherImage } from '../example-facts.ts';
import { containersOf, unusedImage } from '../image-use.ts';
import { needsAttestation } from '../open-questions.ts';
import { defineRule } from '../rule.ts';

export const noUnneededPackage = defineRule({
  id: 'no-unneeded-package',
  title: 'Images carry no needless packages',
  subject: 'image',
  severity: 'low',
  pillar: 'images',
  controls: ['cis-1.6:4.3', 'cis-1.8:4.3'],
  rationale: 'A package that nothing needs can have vulnerabilities, and gives an attacker tools.',
  remediation:
    'Build on a slim or distroless base, install with `--no-install-recommends`, and attest that the list was reviewed.',
  fix: { words: 'Remove needless packages from the image {}' },
  isAttestable: true,
  needs: ['images', 'containers'],
  judge: (image, { containers }) =>
    containersOf(image, containers).length === 0
      ? unusedImage(containers)
      : needsAttestation('no-unneeded-package'),
  examples: { pass: [], fail: [], unknown: [{}], 'not-applicable': [{ image: otherImage }] },
});
