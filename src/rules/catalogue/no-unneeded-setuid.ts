import { otherImage } from '../example-facts.ts';
import { containersOf, unusedImage } from '../image-use.ts';
import { defineRule } from '../rule.ts';

export const noUnneededSetuid = defineRule({
  id: 'no-unneeded-setuid',
  title: 'Images hold no needless setuid or setgid files',
  subject: 'image',
  severity: 'medium',
  controls: ['cis-1.6:4.8', 'cis-1.8:4.8'],
  rationale:
    'A program that becomes root by itself is how an ordinary user in a container does too.',
  remediation:
    'End the build with `RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +`, and run with `--security-opt no-new-privileges`.',
  needs: ['images', 'containers'],
  judge: (image, { containers }) =>
    containersOf(image, containers).length === 0
      ? unusedImage(containers)
      : {
          verdict: 'unknown',
          reason:
            'needs the modes of all its files, which moves as many bytes as the image and is not done',
        },
  examples: { pass: [], fail: [], unknown: [{}], 'not-applicable': [{ image: otherImage }] },
});
