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

/** The rules that decide facets, which are their failing state. */
const SECRET_RULE = 'no-image-secret';
const USER_RULE = 'image-user-set';

/** The images of a scan with the facets that their facts and results give; null when their list was unread. */
export function observeImages(
  { images, containers }: Snapshot,
  results: readonly RuleResult[],
): ImageList | null {
  if (images.state === 'unread') return null;
  const verdicts = new Map(
    results.flatMap(({ rule, subject, verdict }) =>
      subject.kind === 'image' ? [[`${rule} ${subject.id}`, verdict] as const] : [],
    ),
  );
  return {
    read: images.value.read.map((image) => {
      const verdictOf = (rule: string) => verdicts.get(`${rule} ${image.id}`);
      return observe(image, {
        secret: isFacet(verdictOf(SECRET_RULE)),
        // Only a container tells the number of a name; an image without one says it by itself or not at all.
        root:
          isFacet(verdictOf(USER_RULE)) ?? (image.user.uid === null ? null : image.user.uid === 0),
      });
    }),
    unread: images.value.unread,
    isUseKnown: containers.state === 'read' && containers.value.unread.length === 0,
  };
}

/** Null where the rule does not say. */
const isFacet = (verdict: RuleResult['verdict'] | undefined): boolean | null =>
  verdict === 'fail' ? true : verdict === 'pass' ? false : null;

function observe(
  image: ImageFacts,
  has: Readonly<Record<'root' | 'secret', boolean | null>>,
): ObservedImage {
  const judged = ['root', 'secret'] as const;
  const unverifiedFacets = judged.filter((facet) => has[facet] === null);
  return {
    facts: kept(image),
    facets: [
      ...judged.filter((facet) => has[facet] === true),
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
