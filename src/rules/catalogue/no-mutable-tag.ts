import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import { inspected } from '../evidence.ts';
import { defineRule } from '../rule.ts';

export const noMutableTag = defineRule({
  id: 'no-mutable-tag',
  title: 'Containers name their image by a fixed reference',
  subject: 'container',
  severity: 'low',
  controls: [],
  rationale:
    'Behind `latest` stands another image tomorrow: nobody can say what ran, or bring it back.',
  remediation: 'Name a version, better a digest: `registry.example/web@sha256:…`.',
  facet: 'mutable-tag',
  needs: ['containers'],
  judge(container) {
    const evidence = [inspected('Config.Image', container.imageReference)];
    if (isPinned(container)) {
      return { verdict: 'pass', message: 'names its image by a digest or id', evidence };
    }
    const tag = tagOf(container.imageReference);
    if (tag === '') {
      return { verdict: 'fail', message: 'names its image without a tag', evidence };
    }
    return tag === 'latest'
      ? { verdict: 'fail', message: 'names its image by the tag latest', evidence }
      : { verdict: 'pass', message: `names its image by the tag ${tag}`, evidence };
  },
  examples: {
    pass: [
      { container: { imageReference: 'redis:7.4.1' } },
      { container: { imageReference: 'redis@sha256:aaaa' } },
      { container: { imageReference: 'redis:latest@sha256:aaaa' } },
      { container: { imageReference: 'localhost:5000/web:1.0' } },
      { container: { imageReference: 'sha256:aaaa' } },
      { container: { imageReference: '1111', imageId: 'sha256:1111' } },
    ],
    fail: [
      { container: { imageReference: 'redis' } },
      { container: { imageReference: 'redis:latest' } },
      { container: { imageReference: 'localhost:5000/web' } },
      { container: { imageReference: 'registry.example/team/web:latest' } },
    ],
  },
});

/** A digest, or an id: whole, or the beginning of the container's own as Docker accepts it. */
function isPinned({ imageReference, imageId }: ContainerFacts): boolean {
  return (
    imageReference.includes('@') ||
    imageReference.startsWith('sha256:') ||
    (/^[0-9a-f]+$/.test(imageReference) && imageId.startsWith(`sha256:${imageReference}`))
  );
}

/** The tag of a reference; a colon before the last slash belongs to the port of a registry. */
function tagOf(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return name.split(':')[1] ?? '';
}
