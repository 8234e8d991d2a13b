import { counted } from '../../shared/text.ts';
import { daysBetween } from '../../shared/time.ts';
import { imageInspected, policySaid } from '../../snapshot/evidence.ts';
import { saysWhenBuilt } from '../image-origin.ts';
import { fail, needsPolicy, pass, unknown } from '../rule.ts';
import { usedImageRule } from '../used-image.ts';

export const imageRebuilt = usedImageRule({
  id: 'image-rebuilt',
  title: 'Images are rebuilt to take up patches',
  severity: 'medium',
  controls: ['cis-1.6:4.4', 'cis-1.8:4.4'],
  rationale:
    'An image keeps every vulnerability that became known after it was built: updates of the host do not change it.',
  remediation:
    'Rebuild it on a current base, e.g. `docker build --pull --no-cache`, on a schedule and not only when the code changes.',
  fix: { words: 'Rebuild the image {}' },
  judge(image, _facts, { policy, takenAt }) {
    const evidence = [imageInspected('Created', image.createdAt)];
    const limit = policy.imageAgeDaysMax;
    if (limit === null) {
      return needsPolicy('imageAgeDaysMax', 'how old an image may become', evidence);
    }
    evidence.push(policySaid('policy.imageAgeDaysMax', limit));
    const days = daysBetween(image.createdAt, takenAt);
    if (days === null || !saysWhenBuilt(image)) {
      return unknown('does not say when it was built', evidence);
    }
    // Clocks of two machines may differ by less than a day.
    if (days < -1) return unknown('says that it will be built later than now', evidence);
    return days > limit
      ? fail(`was built ${counted(days, 'day')} ago`, evidence)
      : pass(`was built ${counted(days, 'day')} ago`, evidence);
  },
  examples: {
    pass: [
      { policy: { imageAgeDaysMax: 30 } },
      { image: { createdAt: '2025-12-03T00:00:00Z' }, policy: { imageAgeDaysMax: 30 } },
    ],
    fail: [{ image: { createdAt: '2025-12-02T00:00:00Z' }, policy: { imageAgeDaysMax: 30 } }],
    unknown: [
      {},
      { image: { createdAt: '' }, policy: { imageAgeDaysMax: 30 } },
      { image: { createdAt: '1970-01-01T00:00:00Z' }, policy: { imageAgeDaysMax: 30 } },
      { image: { createdAt: '2090-01-01T00:00:00Z' }, policy: { imageAgeDaysMax: 30 } },
    ],
  },
});
