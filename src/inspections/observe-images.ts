import type { RuleResult } from '../findings/result.ts';
import {
  IMAGE_STEPS_MAX,
  type ImageList,
  type KeptImage,
  type ObservedImage,
} from '../ports/image-store.ts';
import { originOf } from '../rules/image-origin.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Words for what an image is, that `images` understands; `older-than=…` is one more. */
export const imageFacets = [
  'critical',
  'known-exploited',
  'root',
  'secret',
  'unused',
  'unverified',
] as const;

/** The rule that decides a facet; whose state is that of a failing subject. */
const SECRET_RULE = 'no-image-secret';

/** The images of a scan with the facets that their facts and results give; null when their list was unread. */
export function observeImages(
  { images, containers }: Snapshot,
  results: readonly RuleResult[],
): ImageList | null {
  if (images.state === 'unread') return null;
  const verdicts = new Map(
    results.flatMap(({ rule, subject, verdict }) =>
      rule === SECRET_RULE && subject.kind === 'image' ? [[subject.id, verdict] as const] : [],
    ),
  );
  return {
    read: images.value.read.map((image) => observe(image, verdicts.get(image.id))),
    unread: images.value.unread,
    isUseKnown: containers.state === 'read' && containers.value.unread.length === 0,
  };
}

function observe(image: ImageFacts, secret: RuleResult['verdict'] | undefined): ObservedImage {
  const { uid } = image.user;
  const unverifiedFacets = [
    ...(uid === null ? ['root'] : []),
    ...(secret === 'fail' || secret === 'pass' ? [] : ['secret']),
  ];
  return {
    facts: kept(image),
    facets: [
      ...(uid === 0 ? ['root'] : []),
      ...(secret === 'fail' ? ['secret'] : []),
      ...(unverifiedFacets.length > 0 ? ['unverified'] : []),
    ],
    unverifiedFacets,
  };
}

function kept(image: ImageFacts): KeptImage {
  const { id, tags, digests, createdAt, sizeBytes, architecture, operatingSystem } = image;
  const steps = image.history.slice(0, IMAGE_STEPS_MAX).map(({ variables, ...step }) => ({
    ...{ createdAt: step.createdAt, instruction: step.instruction, sizeBytes: step.sizeBytes },
    programs: step.programs,
    variables: variables.map(({ name }) => name),
  }));
  return {
    ...{ id, tags, digests, createdAt, sizeBytes, architecture, operatingSystem },
    ...{ user: image.user, layers: image.layers, base: image.base },
    ...{ origin: originOf(image), steps, stepCount: image.history.length },
  };
}
