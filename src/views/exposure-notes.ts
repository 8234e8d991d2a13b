import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { note, type Parts } from './document.ts';

/** What nobody looked for cannot be missed in the list. */
export const systemNotes = ({
  images: { systemOnly },
  asMade,
}: Pick<ExposureAnswer, 'images' | 'asMade'>): Parts => [
  systemOnly > 0 &&
    note(
      `Of ${counted(systemOnly, 'image')} only packages of the system were read, without libraries of languages and programs built from source: scan deep`,
    ),
  asMade > 0 &&
    note(
      `Of ${counted(asMade, 'container')} libraries and programs are those of the image as it was made: what was installed in a container after its start, or is mounted into it, is not seen.`,
    ),
];

/** The same for an answer that rests on them. */
export const feedNotes = ({ asked, feeds, takenAt }: ExposureAnswer): Parts =>
  asked.kind === 'package' ? [] : feedAgeNotes(feeds, takenAt);

/** Which feeds were asked, how old they are, and which of them are too old to say “no”. */
export function feedAgeNotes(feeds: ExposureAnswer['feeds'], takenAt: string): Parts {
  if (feeds.length === 0) {
    return [
      note(
        'No advisory feed was imported yet, so it is unknown who is affected. seawall feeds sync fetches the publishers’, seawall feeds import <file|folder> takes files.',
      ),
    ];
  }
  const stale = feeds.filter(({ isStale }) => isStale).map(({ source }) => source);
  const ages = feeds.map(
    ({ source, asOf }) =>
      `${source} ${asOf === null ? 'without a date' : ageBetween(asOf, takenAt)}`,
  );
  return [
    note(`Feeds: ${listed(ages, 8)}.`),
    stale.length > 0 && note(`Too old to say “no”: ${listed(stale, 8)}.`),
  ];
}
