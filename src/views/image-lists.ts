import type { AnswerBase } from '../answers/answer-base.ts';
import { authorOf } from '../inspections/image-lists.ts';
import type { StoredImageList } from '../ports/image-list-store.ts';
import { ageBetween, clamp, clamped, counted, listed } from '../shared/text.ts';
import { code, heading, list, note, type Span, type View } from './document.ts';

/** Lists of packages by others were taken for an image, or forgotten. */
export interface ImageListsAnswer extends AnswerBase {
  kind: 'image-lists';
  verb: 'imported' | 'forgotten';
  image: { id: string; name: string; hosts: string[] };
  lists: StoredImageList[];
  /** What of a file that was taken is no package that Seawall knows, the first few. */
  refused: { count: number; reasons: string[] };
}

/** E.g. `syft 1.2.0’s file of 2026-11-20 (syft): 123 packages, taken 3 d ago by alice`. */
export const imageListText = (one: StoredImageList, takenAt: string): string =>
  `${clamp(authorOf(one), 100)} (${one.format}): ${counted(one.packages, 'package')}, taken ${ageBetween(one.importedAt, takenAt)} by ${clamp(one.importedBy, 60)}`;

export const imageLists: View<ImageListsAnswer> = (answer) => {
  const { verb, image, lists, refused, takenAt } = answer;
  const name = clamp(image.name, 100);
  const title =
    verb === 'imported'
      ? `Took a list of what is in ${name}`
      : `Forgot ${counted(lists.length, 'list')} of what is in ${name}`;
  const where =
    image.hosts.length === 0
      ? 'No host has this image now.'
      : `It is on ${listed(image.hosts, 5)}.`;
  return {
    headline: title,
    summary: [
      heading(title),
      ...list(lists.map((one): Span[] => [imageListText(one, takenAt)])),
      verb === 'imported' &&
        note(
          where,
          ' What it names is in ',
          code('exposure'),
          ' named after its program; what the list leaves out is unknown, never “not there”.',
        ),
      refused.count > 0 &&
        note(
          `${counted(refused.count, 'entry', 'entries')} could not be taken: ${listed(clamped(refused.reasons, 200), 3)}`,
        ),
    ],
  };
};
