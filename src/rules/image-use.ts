import type { JudgedContainer } from '../controls/container-controls.ts';
import type { SubjectList } from '../snapshot/collector.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import { type Judgement, notApplicable, unknown } from './rule.ts';

/** Containers made from an image, in any state. */
export function containersOf(
  image: ImageFacts,
  containers: SubjectList<JudgedContainer>,
): JudgedContainer[] {
  return containers.read.filter((container) => container.imageId === image.id);
}

/** What to say of an image without a container: only images in use are judged. */
export function unusedImage(containers: SubjectList<JudgedContainer>): Judgement {
  const unreadCount = containers.unread.length;
  return unreadCount === 0
    ? notApplicable('no container uses it')
    : unknown(`whether a container uses it is open: ${unreadCount} could not be read`);
}

/** Year of the first image: builds that leave their date out write an earlier one. */
const FIRST_YEAR = '2013';

/** True where an image says when it was built. */
export const saysWhenBuilt = ({ createdAt }: Pick<ImageFacts, 'createdAt'>): boolean =>
  createdAt >= FIRST_YEAR;
