import type { AnswerBase } from '../answers/answer-base.ts';
import type { FeedState } from '../ports/feed-store.ts';
import type { FeedOutcome } from '../ports/feed-sync.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { heading, list, note, paragraph, table, type View } from './document.ts';

export interface FeedsAnswer extends AnswerBase {
  kind: 'feeds';
  feeds: (FeedState & { isStale: boolean })[];
  /** Sources that this line took; null where it took none. */
  taken: string[] | null;
  /** What came of each feed that this line fetched; null where it fetched none. */
  fetched: FeedOutcome[] | null;
  /** Records of what it took from files that have another shape than they should, the first few. */
  refused: { count: number; reasons: string[] };
}

const words = {
  taken: 'taken whole',
  changed: 'changed',
  unchanged: 'unchanged',
  failed: 'failed',
  busy: 'being fetched by another process',
  unfinished: 'still being fetched',
} as const satisfies Record<FeedOutcome['outcome'], string>;

function fetchedSentence(fetched: readonly FeedOutcome[]): string {
  if (fetched.length === 0)
    return 'No feed is fetched: the settings name none that fits what is here';
  const parts = Object.entries(words).flatMap(([outcome, word]) => {
    const sources = fetched.filter((one) => one.outcome === outcome).map(({ source }) => source);
    return sources.length === 0 ? [] : [`${word}: ${listed(sources, 4)}`];
  });
  return `Fetched ${counted(fetched.length, 'feed')}; ${parts.join('; ')}`;
}

/** How old what is known of vulnerabilities is. */
export const feeds: View<FeedsAnswer> = ({
  feeds: all,
  taken,
  fetched,
  refused,
  takenAt,
  next,
}) => {
  const stale = all.filter(({ isStale }) => isStale).length;
  const headline =
    fetched !== null
      ? fetchedSentence(fetched)
      : taken !== null
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
              'Without one nobody can say who is affected by a vulnerability: take them with feeds sync, or from files with seawall feeds import <file|folder>.',
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
      ...(fetched ?? []).flatMap(({ source, refused: ofFeed }) =>
        ofFeed.count === 0
          ? []
          : [
              note(
                `${source}: ${counted(ofFeed.count, 'record')} could not be read: ${listed(ofFeed.reasons, 3)}`,
              ),
            ],
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
