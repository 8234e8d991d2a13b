import type { JudgedContainer } from '../controls/container-controls.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import type { SectionId } from '../snapshot/snapshot.ts';
import { otherImage } from './example-facts.ts';
import {
  defineRule,
  type Facts,
  type JudgeContext,
  type Judgement,
  notApplicable,
  type Rule,
  type RuleText,
  unknown,
} from './rule.ts';

type UsedImageRule<N extends SectionId> = RuleText &
  Pick<Rule, 'isAttestable' | 'examples'> & {
    /** Sections beside that of images and that of containers. */
    needs?: readonly N[];
    /** Asked of an image that these containers are made from, in any state. */
    judge(
      image: ImageFacts,
      facts: Facts<N, never>,
      context: JudgeContext,
      users: readonly JudgedContainer[],
    ): Judgement;
  };

/** A rule of images that are in use. Of any other it says nothing, as an example tells: the first that fails, unused. */
export function usedImageRule<const N extends SectionId = never>({
  needs = [],
  judge,
  examples,
  ...text
}: UsedImageRule<N>): Rule<'image', 'images' | 'containers' | N, never> {
  const [failing] = examples.fail;
  return defineRule({
    ...text,
    subject: 'image',
    pillar: 'images',
    needs: ['containers', ...needs],
    judge(image, facts, context) {
      const users = context.usersOf(image.id);
      if (users.length > 0) return judge(image, facts, context, users);
      const { unread } = facts.containers;
      return unread.length === 0
        ? notApplicable('no container uses it')
        : unknown(`whether a container uses it is open: ${unread.length} could not be read`);
    },
    examples: {
      ...examples,
      'not-applicable': [
        ...(examples['not-applicable'] ?? []),
        { ...failing, image: { ...failing?.image, ...otherImage } },
      ],
    },
  });
}
