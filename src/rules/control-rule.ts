import type { Held } from '../controls/held-alike.ts';
import { once } from '../shared/once.ts';
import type { SectionId } from '../snapshot/snapshot.ts';
import { defineRule, type Facts, type Judgement, type Rule } from './rule.ts';

type ControlRule<N extends SectionId, C extends SectionId> = Omit<
  Rule<'container', N, C>,
  'subject' | 'needs' | 'prepare' | 'judge'
> & {
  /** Sections beside that of containers. */
  needs?: readonly N[];
  judge(held: Held, facts: Facts<N | 'containers', C>): Judgement;
};

/** A rule of a container that hangs on what holds it and on its host alone: those that are held alike are judged once. */
export function controlRule<const N extends SectionId = never, const C extends SectionId = never>({
  judge,
  ...declared
}: ControlRule<N, C>): Rule<'container', N | 'containers', C, (held: Held) => Judgement> {
  return defineRule({
    ...declared,
    subject: 'container',
    prepare: (facts: Facts<N | 'containers', C>) => once((held: Held) => judge(held, facts)),
    judge: ({ id }, _facts, { heldAlike }, judgeOnce) => judgeOnce(heldAlike(id)),
  });
}
