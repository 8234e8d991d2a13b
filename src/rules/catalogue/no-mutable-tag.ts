import { inspected, policySaid } from '../../snapshot/evidence.ts';
import { isPinned, parseReference } from '../references.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const noMutableTag = defineRule({
  id: 'no-mutable-tag',
  title: 'Containers name their image by a fixed reference',
  subject: 'container',
  severity: 'low',
  pillar: 'images',
  controls: [],
  rationale:
    'A tag such as `latest` may name another image tomorrow: nobody can tell what ran, or run it again.',
  remediation: 'Name a version, better a digest: `registry.example/web@sha256:…`.',
  fix: { words: 'Pin the image of {} by its digest' },
  facet: 'mutable-tag',
  judge({ imageReference, imageId }, _facts, { policy }) {
    const evidence = [inspected('Config.Image', imageReference)];
    if (isPinned(imageReference, imageId)) {
      return pass('names its image by a digest or id', evidence);
    }
    const { tag } = parseReference(imageReference);
    if (tag === '') return fail('names its image without a tag', evidence);
    evidence.push(policySaid('policy.movingTags', policy.movingTags));
    return policy.movingTags.includes(tag)
      ? fail(`names its image by the moving tag ${tag}`, evidence)
      : pass(`names its image by the tag ${tag}`, evidence);
  },
  examples: {
    pass: [
      { container: { imageReference: 'redis:7.4.1' } },
      { container: { imageReference: 'redis@sha256:aaaa' } },
      { container: { imageReference: 'redis:latest@sha256:aaaa' } },
      { container: { imageReference: 'localhost:5000/web:1.0' } },
      { container: { imageReference: 'sha256:aaaa' } },
      { container: { imageReference: 'redis:latest' }, policy: { movingTags: [] } },
      { container: { imageReference: '1111', imageId: 'sha256:1111' } },
    ],
    fail: [
      { container: { imageReference: 'redis' } },
      { container: { imageReference: 'redis:latest' } },
      { container: { imageReference: 'localhost:5000/web' } },
      { container: { imageReference: 'registry.example/team/web:latest' } },
      { container: { imageReference: 'redis:stable' }, policy: { movingTags: ['stable'] } },
    ],
  },
});
