import { imageInspected } from '../../snapshot/evidence.ts';
import { otherImage } from '../example-facts.ts';
import { containersOf, unusedImage } from '../image-origin.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const imageHealthcheck = defineRule({
  id: 'image-healthcheck',
  title: 'Images define a health check',
  subject: 'image',
  severity: 'low',
  pillar: 'images',
  question: 'healthcheck',
  controls: ['cis-1.6:4.6', 'cis-1.8:4.6'],
  rationale:
    'Whoever builds the image knows best how to check that it works, and every container of the image gets the check.',
  remediation: 'Add `HEALTHCHECK CMD …` to the Dockerfile.',
  fix: { words: 'Define a health check in the image {}' },
  needs: ['images', 'containers'],
  judge(image, { containers }) {
    if (containersOf(image, containers).length === 0) return unusedImage(containers);
    const evidence = [imageInspected('Config.Healthcheck', image.healthcheck)];
    if (image.healthcheck === 'defined') return pass('defines a health check', evidence);
    const message =
      image.healthcheck === 'disabled' ? 'turns the health check off' : 'defines no health check';
    return fail(message, evidence);
  },
  examples: {
    pass: [
      { image: { healthcheck: 'defined' } },
      { image: { healthcheck: 'defined', tags: ['web:1', 'web:1.4'] } },
    ],
    fail: [{ image: { healthcheck: 'none' } }, { image: { healthcheck: 'disabled' } }],
    'not-applicable': [{ image: { ...otherImage, healthcheck: 'none' } }],
  },
});
