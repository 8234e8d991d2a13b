import type { AnswerBase } from '../answers/answer-base.ts';
import type { FeedState } from '../ports/feed-store.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { heading, list, note, paragraph, table, type View } from './document.ts';

export interface FeedsAnswer extends AnswerBase {
  kind: 'feeds';
  feeds: (FeedState & { isStale: boolean })[];
  /** Sources that this line took; null where it took none. */
  taken: string[] | null;
  /** Records of them that have another shape than they should, the first few. */
  refused: { count: number; reasons: string[] };
}

/** How old what is known of vulnerabilities is. */
export const feeds: View<FeedsAnswer> = ({ feeds: all, taken, refused, takenAt, next }) => {
  const stale = all.filter(({ isStale }) => isStale).length;
  const headline =
    taken !== null
      ? `Took ${counted(taken.length, 'feed')}: ${listed(taken)}`
      : all.length === 0
        ? 'No feed of advisories was taken yet'
        : `${counted(all.length, 'feed')}, ${stale === 0 ? 'none of them too old' : `${stale} too old to say “no”`}`;
  const failed = all.filter(({ failure }) => failure !== null);
  return {
    headline,
    summary: [
      heading(headline),
      ...(all.length === 0
        ? [
            paragraph(
              'Without one nobody can say who is affected by a vulnerability: take one with seawall feeds import <file|folder>.',
            ),
          ]
        : []),
      ...table(
        ['feed', 'newest record', 'taken', 'records', 'speaks of'],
        all.map(({ source, asOf, loadedAt, records, ecosystems, isStale }) => [
          source,
          asOf === null
            ? 'no date'
            : `${ageBetween(asOf, takenAt)}${isStale ? ', too old to say “no”' : ''}`,
          loadedAt === null ? 'never' : ageBetween(loadedAt, takenAt),
          records.toLocaleString('en-US'),
          listed(ecosystems, 4) || '–',
        ]),
      ),
      ...list(
        failed.map(({ source, failure }) => [
          `${source} was not taken ${ageBetween(failure?.at ?? takenAt, takenAt)}, what was there stays: ${failure?.reason ?? ''}`,
        ]),
      ),
      ...(refused.count > 0
        ? [
            note(
              `${counted(refused.count, 'record')} could not be read: ${listed(refused.reasons, 3)}`,
            ),
          ]
        : []),
    ],
    details: [],
    next,
  };
};
