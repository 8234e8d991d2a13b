import { imagesListed, inspected } from '../../snapshot/evidence.ts';
import { isPinned, parseReference } from '../references.ts';
import { defineRule, fail, notApplicable, unknown } from '../rule.ts';

const byTag = { imageReference: 'registry.example/web:1.4.2' };

export const currentImage = defineRule({
  id: 'current-image',
  title: 'Running image is the current build of its tag',
  subject: 'container',
  severity: 'medium',
  pillar: 'images',
  controls: ['cis-1.6:5.28', 'cis-1.8:5.28'],
  rationale:
    'A pull does not change running containers: the old one keeps running, with its known vulnerabilities.',
  remediation:
    'Recreate the container after each pull, e.g. `docker compose pull && docker compose up --detach`.',
  fix: { words: 'Recreate {} from its current image' },
  needs: ['images'],
  /** Of several images with one name the first. */
  prepare: ({ images }) =>
    new Map(
      images.read
        .flatMap((image) => image.tags.map((tag) => [nameOf(tag), image] as const))
        .toReversed(),
    ),
  judge({ imageId, imageReference }, _facts, _context, byName) {
    const evidence = [inspected('Config.Image', imageReference), inspected('Image', imageId)];
    if (isPinned(imageReference, imageId)) {
      const reason = 'names its image by a digest or id, which no later build changes';
      return notApplicable(reason, evidence);
    }
    const current = byName.get(nameOf(imageReference));
    if (current === undefined) {
      const reason = 'no image on the host has that tag any more, and the registry was not asked';
      return unknown(reason, evidence);
    }
    evidence.push(imagesListed(`Id of ${imageReference}`, current.id));
    if (current.id !== imageId) {
      return fail('runs an older build: its tag names another image by now', evidence);
    }
    const reason =
      current.digests.length === 0
        ? 'the image was built on the host, so no registry can be asked for a newer one'
        : 'runs what its tag names on this host; whether the registry has a newer one was not asked';
    return unknown(reason, evidence);
  },
  examples: {
    pass: [],
    fail: [
      {
        container: { ...byTag, imageId: 'sha256:0000' },
        image: { tags: ['registry.example/web:1.4.2'] },
      },
      {
        container: { imageReference: 'docker.io/library/redis', imageId: 'sha256:0000' },
        image: { tags: ['redis:latest'] },
      },
    ],
    unknown: [
      { container: byTag },
      { container: byTag, image: { digests: [] } },
      { container: { imageReference: 'registry.example/web:gone' } },
    ],
    'not-applicable': [
      { container: { imageReference: 'registry.example/web@sha256:1111' } },
      { container: { imageReference: 'sha256:1111' } },
    ],
  },
});

function nameOf(reference: string): string {
  const { repository, tag } = parseReference(reference);
  return `${repository}:${tag || 'latest'}`;
}
