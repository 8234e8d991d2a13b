import { otherImage } from '../example-facts.ts';
import { containersOf, unusedImage } from '../image-use.ts';
import { needsAttestation } from '../open-questions.ts';
import { defineRule } from '../rule.ts';

export const imageSignatureVerified = defineRule({
  id: 'image-signature-verified',
  title: 'Signatures of images are validated',
  subject: 'image',
  severity: 'medium',
  pillar: 'images',
  question: 'content-trust',
  controls: ['cis-1.6:4.12', 'cis-1.8:4.12'],
  rationale: 'A signature tells who built an image, whatever registry it came from.',
  remediation:
    'Sign in the pipeline and verify at deployment, e.g. with `cosign verify`, and attest it.',
  fix: { words: 'Validate the signature of the image {}' },
  isAttestable: true,
  needs: ['images', 'containers'],
  judge: (image, { containers }) =>
    containersOf(image, containers).length === 0
      ? unusedImage(containers)
      : needsAttestation('image-signature-verified'),
  examples: { pass: [], fail: [], unknown: [{}], 'not-applicable': [{ image: otherImage }] },
});
